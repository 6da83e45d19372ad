/**
 * Model packs: manifest, digests, and the expansion of Kronecker factors into the weights a graph
 * runs with.
 */
package org.kronocyte.model;
