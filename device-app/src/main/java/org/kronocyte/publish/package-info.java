/**
 * What leaves the device: the JSON of fields and slides, the MQTT messages made of it, and their
 * delivery to a broker. The shapes are written down as JSON Schemas in {@code
 * org/kronocyte/schema}.
 *
 * <p>Guarantees, each with a test named after it:
 *
 * <ul>
 *   <li>offering a message returns at once, whatever the network does
 *   <li>a field or slide message is sent again until the broker has acknowledged it (at least once;
 *       {@code result_id} and {@code revision} let a receiver drop a copy)
 *   <li>{@code status} is retained and says {@code lost} by the broker's hand when the device
 *       vanishes, {@code stopped} by its own when it stops politely
 *   <li>no message is larger than {@link org.kronocyte.publish.Messages#MAX_BYTES}; one that was
 *       cut says {@code truncated}
 *   <li>simulated input says so in every result
 * </ul>
 */
package org.kronocyte.publish;
