package org.kronocyte.publish.flatten;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.publish.Flattening;
import org.kronocyte.publish.Message;
import org.kronocyte.publish.Packet;

/**
 * Home Assistant's MQTT discovery: retained descriptions of entities that read our own topics by
 * templates. Nothing else is sent, since {@code status} and {@code health} are retained already.
 */
public final class HomeAssistant implements Flattening {
  private static final String PREFIX = "homeassistant";

  private final DeviceAddress address;
  private final String node;

  public HomeAssistant(DeviceAddress address) {
    this.address = address;
    this.node = "kronocyte_" + address.site() + "_" + address.device();
  }

  @Override
  public List<Packet> atConnect() {
    List<Packet> all = new ArrayList<>();
    all.add(sensor("state", "State", address.status(), "{{ value_json.state }}"));
    all.add(
        binary(
            "simulated",
            "Simulated",
            address.status(),
            "{{ iif(value_json.simulated, 'ON', 'OFF') }}"));
    all.add(
        binary(
            "stages",
            "Stages stuck",
            address.health(),
            "{{ iif(value_json.stages_ok, 'OFF', 'ON') }}"));
    all.add(figure("outbox_messages", "Messages waiting"));
    all.add(figure("dropped_messages", "Messages dropped"));
    all.add(measured("disk_free_bytes", "Free disk", "data_size", "B"));
    all.add(measured("cpu_temperature_c", "Processor temperature", "temperature", "°C"));
    String slides = address.slide("x").replaceAll("x$", "+");
    ObjectNode slide = entity("counted", "Cells counted", slides, "{{ value_json.counted }}");
    slide.put("json_attributes_topic", slides);
    slide.put(
        "json_attributes_template",
        "{{ {'slide': value_json.slide, 'state': value_json.state, 'complete': value_json.complete,"
            + " 'simulated': value_json.simulated, 'notice': value_json.notice} | tojson }}");
    all.add(packet("sensor", "counted", slide));
    return List.copyOf(all);
  }

  @Override
  public List<Packet> beside(Message message) {
    return List.of();
  }

  private Packet sensor(String id, String name, String topic, String template) {
    return packet("sensor", id, entity(id, name, topic, template));
  }

  private Packet binary(String id, String name, String topic, String template) {
    ObjectNode json = entity(id, name, topic, template);
    json.put("entity_category", "diagnostic");
    return packet("binary_sensor", id, json);
  }

  private Packet figure(String id, String name) {
    ObjectNode json = entity(id, name, address.health(), "{{ value_json." + id + " }}");
    json.put("state_class", "measurement");
    json.put("entity_category", "diagnostic");
    return packet("sensor", id, json);
  }

  private Packet measured(String id, String name, String deviceClass, String unit) {
    // A board without this sensor leaves the figure out.
    ObjectNode json =
        entity(id, name, address.health(), "{{ value_json." + id + " | default('unknown') }}");
    json.put("state_class", "measurement");
    json.put("device_class", deviceClass);
    json.put("unit_of_measurement", unit);
    json.put("entity_category", "diagnostic");
    return packet("sensor", id, json);
  }

  private ObjectNode entity(String id, String name, String topic, String template) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", name);
    json.put("unique_id", node + "_" + id);
    json.put("state_topic", topic);
    json.put("value_template", template);
    json.put("qos", Packet.QOS);
    json.put("availability_topic", address.status());
    json.put(
        "availability_template",
        "{{ 'offline' if value_json.state in ['lost', 'stopped'] else 'online' }}");
    ObjectNode device = json.putObject("device");
    device.putArray("identifiers").add(node);
    device.put("name", "Kronocyte " + address.site() + " " + address.device());
    device.put("manufacturer", "Kronocyte");
    device.put("model", "White-cell screening aid, not a diagnosis");
    json.putObject("origin").put("name", "Kronocyte");
    return json;
  }

  private Packet packet(String component, String id, ObjectNode json) {
    String topic = PREFIX + "/" + component + "/" + node + "/" + id + "/config";
    return new Packet(topic, json.toString(), true);
  }
}
