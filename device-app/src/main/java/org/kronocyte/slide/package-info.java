/** One slide's session: what was read, the tally, and the differential with its intervals. */
package org.kronocyte.slide;
