/** Frames and the native pixel memory behind them; nothing outside this package allocates it. */
package org.kronocyte.image;
