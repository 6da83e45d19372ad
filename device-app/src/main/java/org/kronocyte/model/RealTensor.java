package org.kronocyte.model;

/**
 * A float32 array that a float graph is supplied with.
 *
 * @param name the graph's initialiser, {@code layer.kernel} and the like
 * @param values row-major
 */
public record RealTensor(String name, long[] shape, float[] values) {}
