/**
 * What others may ask of the device by MQTT: {@code cmd/<verb>} in, {@code ack/<request_id>} out.
 * Everything that arrives is bounded and checked before it means anything, each command is done at
 * most once, and only verbs the configuration allows are done at all.
 */
package org.kronocyte.publish.command;
