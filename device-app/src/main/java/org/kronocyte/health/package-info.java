/**
 * Is the device well: whether each stage makes progress, what the process uses, what systemd is
 * told, and the cause of the last death, kept over a restart.
 */
package org.kronocyte.health;
