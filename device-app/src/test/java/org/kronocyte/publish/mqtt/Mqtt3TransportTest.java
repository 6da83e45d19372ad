package org.kronocyte.publish.mqtt;

import org.junit.jupiter.api.Test;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.Packet;

class Mqtt3TransportTest extends TransportContract {
  @Override
  BrokerLink.Protocol protocol() {
    return BrokerLink.Protocol.V3_1_1;
  }

  /** Why the publisher listens to its own status. */
  @Test
  void brokerAcknowledgesWhatItThrowsAway() throws Exception {
    transport.connect(new Packet("kronocyte/will", "{}", false), heard);
    send("forbidden/topic", "{}");
  }
}
