/** What only a demonstration needs; the daemon of a clinic carries it, but never starts it. */
package org.kronocyte.deploy;
