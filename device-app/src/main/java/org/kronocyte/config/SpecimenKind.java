package org.kronocyte.config;

/** What is on the slides of this device. */
public enum SpecimenKind {
  MARROW,
  BLOOD
}
