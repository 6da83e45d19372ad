package org.kronocyte.app;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.kronocyte.config.LinkConfig;
import org.kronocyte.config.MqttConfig;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.CropChoice;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.publish.DrainOrder;
import org.kronocyte.publish.Flattening;
import org.kronocyte.publish.LinkPlan;
import org.kronocyte.publish.Message;
import org.kronocyte.publish.command.Verb;
import org.kronocyte.publish.flatten.HomeAssistant;
import org.kronocyte.publish.flatten.ThingsBoard;

/** From the section {@code mqtt} to an uplink. */
final class Uplinks {
  private Uplinks() {}

  static Uplink of(MqttConfig mqtt, DeviceAddress address) throws ProblemException {
    Optional<BrokerLink.Login> login =
        mqtt.login().map(l -> new BrokerLink.Login(l.usernameFile(), l.passwordFile()));
    BrokerLink broker =
        BrokerLink.of(mqtt.uri().toString(), login, mqtt.caFile())
            .with(BrokerLink.Protocol.valueOf(mqtt.link().protocol().name()));
    if (mqtt.client().isPresent()) {
      MqttConfig.ClientCertificate client = mqtt.client().get();
      broker = broker.with(new BrokerLink.ClientCertificate(client.certFile(), client.keyFile()));
    }
    List<Flattening> flattenings = new ArrayList<>();
    if (mqtt.homeAssistant()) {
      flattenings.add(new HomeAssistant(address));
    }
    if (mqtt.thingsBoard()) {
      flattenings.add(new ThingsBoard(address));
    }
    return new Uplink(
        broker,
        plan(mqtt.link()),
        DrainOrder.valueOf(mqtt.link().drainOrder().name()),
        CropChoice.valueOf(mqtt.crops().name()),
        mqtt.link().reconnectMax(),
        verbs(mqtt.commands()),
        flattenings);
  }

  private static LinkPlan plan(LinkConfig link) {
    return new LinkPlan(
        link.bytesPerSecond(),
        link.bytesPerDay().orElse(Long.MAX_VALUE),
        link.windows().stream().map(w -> new LinkPlan.Window(w.from(), w.to())).toList(),
        link.urgent() == LinkConfig.Urgent.SLIDE
            ? Optional.of(Message.Kind.ALERT)
            : Optional.empty());
  }

  private static Set<Verb> verbs(List<String> words) throws ProblemException {
    Set<Verb> verbs = EnumSet.noneOf(Verb.class);
    for (String word : words) {
      verbs.add(
          Arrays.stream(Verb.values())
              .filter(v -> v.code().equals(word))
              .findFirst()
              .orElseThrow(() -> unknown(word)));
    }
    return verbs;
  }

  private static ProblemException unknown(String word) {
    String known = Arrays.stream(Verb.values()).map(Verb::code).collect(Collectors.joining(", "));
    return new ProblemException(
        "config_value", "mqtt.commands has no command '" + word + "'", "known: " + known);
  }
}
