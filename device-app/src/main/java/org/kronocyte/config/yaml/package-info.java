/**
 * Bounded, safe reading of small YAML files that people edit: each value is fetched with its type,
 * range and default, and every mistake is collected with its line and reported at once.
 */
package org.kronocyte.config.yaml;
