package org.kronocyte.publish.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.internal.NetworkModule;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.kronocyte.publish.BrokerLink;

/** A client that keeps nothing, with a socket of ours. */
final class SteadyClient3 extends MqttAsyncClient {
  private final BrokerLink link;
  private final Optional<SSLSocketFactory> tls;

  SteadyClient3(BrokerLink link, Optional<SSLSocketFactory> tls, String clientId)
      throws MqttException {
    super(link.uri().toString(), clientId, new MemoryPersistence());
    this.link = link;
    this.tls = tls;
  }

  @Override
  protected NetworkModule[] createNetworkModules(String address, MqttConnectOptions options) {
    return new NetworkModule[] {new Module(new BrokerSocket(link, tls))};
  }

  private record Module(BrokerSocket socket) implements NetworkModule {
    @Override
    public void start() throws IOException {
      socket.start();
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return socket.input();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return socket.output();
    }

    @Override
    public void stop() throws IOException {
      socket.stop();
    }

    @Override
    public String getServerURI() {
      return socket.uri();
    }
  }
}
