/**
 * Real pins through Pi4J. Its providers are named one by one and never detected: with detection, a
 * mock on the class path would silently become the board.
 */
package org.kronocyte.board.pi4j;
