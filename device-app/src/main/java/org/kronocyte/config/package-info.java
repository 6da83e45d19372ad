/**
 * What a site sets: immutable records read from one YAML file, units in types or names, every
 * mistake reported at once. Whoever takes a record out of here needn't check it again.
 */
package org.kronocyte.config;
