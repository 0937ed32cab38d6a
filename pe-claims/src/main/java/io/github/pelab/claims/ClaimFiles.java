package io.github.pelab.claims;

import io.github.pelab.train.config.Binder;
import io.github.pelab.train.config.ConfigException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Claims on disk: one YAML file each, named by its id. */
public final class ClaimFiles {
  private static final String SUFFIX = ".yaml";

  private ClaimFiles() {}

  /**
   * All claims in a directory, by group and id.
   *
   * @throws ConfigException if one is not valid
   * @throws IllegalArgumentException if there is no such directory, or no claim in it
   */
  public static List<Claim> read(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(directory + ": no such directory; check the path");
    }
    List<Claim> claims = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        claims.add(claim(file));
      }
    }
    if (claims.isEmpty()) {
      throw new IllegalArgumentException(directory + ": holds no claim; check the path");
    }
    claims.sort(Comparator.comparing(Claim::group).thenComparing(Claim::id));
    return claims;
  }

  private static Claim claim(Path file) {
    Claim claim = Binder.read(file, Claim.class);
    if (!file.endsWith(claim.id() + SUFFIX)) {
      throw new IllegalArgumentException(
          "%s: id: found %s; a claim's file is named by its id".formatted(file, claim.id()));
    }
    return claim;
  }
}
