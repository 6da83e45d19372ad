/** Puts the stages together; wiring only. */
package org.kronocyte.app;
