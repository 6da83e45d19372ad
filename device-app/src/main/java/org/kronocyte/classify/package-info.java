/** What kind of cell it is, how sure that is, and whether it may be counted. */
package org.kronocyte.classify;
