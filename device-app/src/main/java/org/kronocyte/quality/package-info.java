/**
 * Is a frame worth reading: focus, exposure, scale, white balance, and whether this field was seen
 * before.
 */
package org.kronocyte.quality;
