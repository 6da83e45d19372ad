/**
 * A microscope that isn't there: a blood film drawn in optical density, so that every later stage
 * can be run, and measured against a known truth, without a specimen. Everything from here is
 * marked simulated.
 */
package org.kronocyte.camera.virtual;
