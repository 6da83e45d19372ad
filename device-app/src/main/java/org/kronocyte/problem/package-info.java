/**
 * What went wrong, the value seen and what to do: the one shape every error of the product takes.
 * Depends on nothing.
 */
package org.kronocyte.problem;
