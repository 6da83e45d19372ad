/**
 * The single-board computer: start/stop button, status lamp, temperature and power, described by a
 * board profile. {@code pi4j} drives real pins, {@code virtual} stands in for them; both share
 * debouncing and blinking, so that a test of one says something about the other.
 *
 * <p>Profiles are read with {@code config.yaml}, the one bounded YAML reader of the product.
 */
package org.kronocyte.board;
