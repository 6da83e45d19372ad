package org.kronocyte.cli;

import picocli.CommandLine.IVersionProvider;

/** The version from the jar's manifest. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Kronocyte.class.getPackage().getImplementationVersion();
    return new String[] {"kronocyte " + (version == null ? "development build" : version)};
  }
}
