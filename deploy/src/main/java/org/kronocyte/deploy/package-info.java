/** What only a demonstration needs and the daemon of a clinic must not carry. */
package org.kronocyte.deploy;
