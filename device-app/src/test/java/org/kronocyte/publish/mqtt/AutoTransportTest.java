package org.kronocyte.publish.mqtt;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.Packet;

/** On a broker that speaks MQTT 5; the embedded broker's test has one that doesn't. */
class AutoTransportTest extends TransportContract {
  @Override
  BrokerLink.Protocol protocol() {
    return BrokerLink.Protocol.AUTO;
  }

  @Test
  void mqtt5IsChosenWhereTheBrokerSpeaksIt() throws Exception {
    transport.connect(new Packet("kronocyte/will", "{}", false), heard);
    assertThrows(
        ExecutionException.class, () -> send("forbidden/topic", "{}"), "3.1.1 can't refuse");
  }
}
