/**
 * The ways to reach a broker: MQTT 3.1.1 and MQTT 5 by Eclipse Paho, over TCP or TLS. Paho's own
 * reconnecting and storing stay off everywhere, because they lose or loop; {@link
 * org.kronocyte.publish.Publisher} does both. Each implementation passes {@code
 * TransportContractTest}.
 */
package org.kronocyte.publish.mqtt;
