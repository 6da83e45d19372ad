/** Runs a model's graph on bytes; hides the library that does it. */
package org.kronocyte.infer;
