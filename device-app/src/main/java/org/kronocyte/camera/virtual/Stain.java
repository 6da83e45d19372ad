package org.kronocyte.camera.virtual;

/**
 * Optical density, red green blue, that one unit of a stained substance has.
 *
 * <p>Chosen to meet the densities of May-Grünwald-Giemsa films against their own background, in
 * 8-bit values as cameras deliver them (no gamma is undone).
 */
enum Stain {
  /** Azure B bound to DNA; 1 is a mature, dense nucleus. */
  CHROMATIN(0.58f, 0.98f, 0.21f),
  /** Azure B bound to RNA: the blue of young and lymphoid cytoplasm. */
  BASOPHILIC(0.60f, 0.53f, 0.16f),
  /** Eosin Y: eosinophil granules, the pink of mature cytoplasm. */
  EOSIN(0.25f, 0.70f, 0.56f),
  /** Magenta-purple granules of young granulocytes, basophils and platelets. */
  AZUROPHILIC(0.44f, 0.86f, 0.22f),
  /** Haemoglobin with eosin; 1 is the rim of a red cell. */
  HAEMOGLOBIN(0.105f, 0.15f, 0.093f);

  final float red;
  final float green;
  final float blue;

  Stain(float red, float green, float blue) {
    this.red = red;
    this.green = green;
    this.blue = blue;
  }
}
