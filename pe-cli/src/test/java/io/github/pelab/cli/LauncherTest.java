package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script, with a Maven and a Java that only say what they were asked. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

  private static final String MVNW =
      """
      #!/bin/sh
      echo "mvnw $*" >&2
      mkdir -p pe-cli/target/lib pe-cli/target/lib-cuda
      for jar in pe-cli lib/pe-layers-1 lib/other-1 pe-cli-cuda lib-cuda/other-1; do
        date +%N > pe-cli/target/$jar.jar
      done
      """;

  @TempDir private Path root;

  private record Ended(int exitCode, String out, String err) {}

  @BeforeEach
  void layOutCheckout() throws IOException {
    script("pe", Files.readString(Path.of("..", "pe")));
    script("mvnw", MVNW);
    Files.createDirectories(root.resolve("pe-cli/src/main"));
    Files.createFile(root.resolve("pom.xml"));
    Files.createFile(root.resolve("pe-cli/pom.xml"));
    java("17.0.15", "");
  }

  @Test
  void buildsOnceAndAgainAfterAChange() throws Exception {
    assertThat(pe("doctor").err()).contains("first start", "package -pl pe-cli -am");
    assertThat(pe("doctor").err()).isEmpty();
    Files.setLastModifiedTime(
        Files.createFile(root.resolve("pe-cli/src/main/New.java")),
        FileTime.from(Instant.now().plusSeconds(2)));
    assertThat(pe("doctor").err()).contains("sources have changed", "mvnw");
  }

  @Test
  void aRunInProgressKeepsItsJars() throws Exception {
    Path first = jar(pe("x"));
    Path layers = first.resolveSibling("lib").resolve("pe-layers-1.jar");
    String before = Files.readString(layers);
    Files.delete(root.resolve("pe-cli/target/built"));
    Path second = jar(pe("x"));
    assertThat(second).isNotEqualTo(first);
    assertThat(layers).hasContent(before);
    assertThat(second.resolveSibling("lib").resolve("other-1.jar")).exists();
  }

  private static Path jar(Ended ended) {
    String out = ended.out();
    return Path.of(out.substring(out.indexOf("-jar ") + 5, out.indexOf(" <")));
  }

  @Test
  void aFailedBuildStartsNothing() throws Exception {
    script("mvnw", "#!/bin/sh\necho broken >&2\nexit 1\n");
    Ended ended = pe("doctor");
    assertThat(ended.exitCode()).isEqualTo(ExitCode.RUN);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).contains("pe: the build failed");
  }

  @Test
  void handsArgumentsOnAsTheyAre() throws Exception {
    assertThat(pe("report", "a run", "", "*").out())
        .contains("-jar " + root.toRealPath().resolve("pe-cli/target/app-"))
        .contains("pe-cli.jar <report><a run><><*>");
  }

  @Test
  void startsThroughALinkFromElsewhere(@TempDir Path elsewhere) throws Exception {
    Path link = Files.createSymbolicLink(elsewhere.resolve("link"), root.resolve("pe"));
    Ended ended = start(Map.of(), link.toString(), "doctor");
    assertThat(ended.exitCode()).isEqualTo(7);
    assertThat(ended.out())
        .contains("pe-cli.jar", "<doctor>")
        .as("the commit that runs record is this one's")
        .contains("-Dpe.checkout=" + root.toRealPath() + " ");
  }

  @Test
  void flagsFitTheJavaAndTheUsersComeLast() throws Exception {
    assertThat(pe("x").out())
        .contains("--add-modules jdk.incubator.vector")
        .doesNotContain("--sun-misc-unsafe-memory-access");
    java("25.0.3", "");
    assertThat(start(Map.of("PE_JVM_OPTS", "-Xmx1g -Da=b"), root.resolve("pe").toString()).out())
        .contains("--sun-misc-unsafe-memory-access=allow -Xmx1g -Da=b -jar");
  }

  @Test
  void anOldOrMissingJavaIsNamed() throws Exception {
    java("1.8.0_401", "");
    Ended old = pe("doctor");
    assertThat(old.exitCode()).isEqualTo(ExitCode.RUN);
    assertThat(old.err()).startsWith("pe: ").contains("is Java 1.8.0_401", "17 or newer");
    Files.delete(root.resolve("jdk/bin/java"));
    assertThat(pe("doctor").err()).startsWith("pe: JAVA_HOME is ").contains("no bin/java");
  }

  @Test
  void theCudaBuildIsABuildOfItsOwn() throws Exception {
    Ended cuda = start(Map.of("PE_BACKEND", "cuda"), root.resolve("pe").toString());
    assertThat(cuda.err()).contains("-Pcuda");
    assertThat(cuda.out()).contains("pe-cli-cuda.jar");
    Ended wrong = start(Map.of("PE_BACKEND", "gpu"), root.resolve("pe").toString());
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).isEqualTo("pe: PE_BACKEND is 'gpu': use cpu or cuda\n");
  }

  @Test
  void onlyTheIncubatorLineIsTakenFromStandardError() throws Exception {
    pe("build");
    java(
        "17.0.15",
        """
        printf 'Picked up JAVA_TOOL_OPTIONS: -Da=b\\n' >&2
        printf 'WARNING: Using incubator modules: jdk.incubator.vector\\n' >&2
        printf 'pe: one\\n\\r 10 %%\\r 20 %%' >&2
        """);
    assertThat(pe("x").err())
        .isEqualTo("Picked up JAVA_TOOL_OPTIONS: -Da=b\npe: one\n\r 10 %\r 20 %");
  }

  private void java(String version, String body) throws IOException {
    Files.createDirectories(root.resolve("jdk/bin"));
    script(
        "jdk/bin/java",
        """
        #!/bin/sh
        if [ "$1" = -version ]; then echo 'openjdk version "%s" 2025-04-15' >&2; exit; fi
        %s
        while [ "$1" != -jar ]; do printf '%%s ' "$1"; shift; done
        printf '%%s %%s ' "$1" "$2"; shift 2
        for word; do printf '<%%s>' "$word"; done
        exit 7
        """
            .formatted(version, body));
  }

  private void script(String name, String text) throws IOException {
    Path script = Files.writeString(root.resolve(name), text);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Ended pe(String... args) throws IOException, InterruptedException {
    String launcher = root.resolve("pe").toString();
    return start(
        Map.of(), Stream.concat(Stream.of(launcher), Stream.of(args)).toArray(String[]::new));
  }

  private Ended start(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path out = root.resolve("out.txt");
    Path err = root.resolve("err.txt");
    // Whatever filters standard error may outlive the process: a pipe's end is the end of both.
    List<String> piped = new ArrayList<>(List.of("bash", "-c"));
    piped.add("\"${@:3}\" 2>&1 >\"$1\" | cat >\"$2\"; exit ${PIPESTATUS[0]}");
    piped.addAll(List.of("bash", out.toString(), err.toString()));
    piped.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(piped);
    builder.environment().keySet().removeIf(name -> name.startsWith("PE_"));
    builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
    builder.environment().putAll(environment);
    return new Ended(builder.start().waitFor(), Files.readString(out), Files.readString(err));
  }
}
