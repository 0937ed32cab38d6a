package io.github.pelab.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of the jar that this program came in. */
final class PeVersion implements IVersionProvider {

  @Override
  public String[] getVersion() {
    String version = PeVersion.class.getPackage().getImplementationVersion();
    return new String[] {"PE Lab " + (version == null ? "(not from a jar)" : version)};
  }
}
