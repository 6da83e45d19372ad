/** How good masks and cells are against what people drew: one set of measures for every engine. */
package org.kronocyte.evaluate;
