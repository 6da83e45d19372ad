/** How good results are against what people drew and named. */
package org.kronocyte.score;
