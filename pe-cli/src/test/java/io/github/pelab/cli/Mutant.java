package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Sources of this repository with something wrong written into them, compiled. */
final class Mutant {
  private static final Path ROOT = Path.of("..");

  private final Path directory;
  private final List<Path> sources = new ArrayList<>();

  /** In a directory that is there and empty. */
  Mutant(Path directory) {
    this.directory = directory;
  }

  /**
   * Changes a class.
   *
   * @param source from the repository's root
   * @param edits texts that the source has exactly once, each with what takes its place
   */
  Mutant with(String source, String... edits) throws IOException {
    String text = Files.readString(ROOT.resolve(source), StandardCharsets.UTF_8);
    for (int i = 0; i < edits.length; i += 2) {
      assertThat(text.split(Pattern.quote(edits[i]), -1))
          .as("%s has once: %s", source, edits[i])
          .hasSize(2);
      text = text.replace(edits[i], edits[i + 1]);
    }
    Path file = directory.resolve(Path.of(source).getFileName());
    sources.add(Files.writeString(file, text));
    return this;
  }

  /** Where its classes are. */
  Path classes() throws IOException {
    Path classes = Files.createDirectory(directory.resolve("classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      List<String> options =
          List.of(
              "-proc:none",
              "-cp",
              System.getProperty("java.class.path") + File.pathSeparator + classes,
              "-d",
              classes.toString());
      assertThat(
              compiler
                  .getTask(
                      said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                  .call())
          .as(said.toString())
          .isTrue();
    }
    return classes;
  }
}
