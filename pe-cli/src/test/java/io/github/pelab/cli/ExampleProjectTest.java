package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stranger's way: a checkout, the README's install command, then the commands of {@code
 * examples/char-model}. What is installed goes into a repository of the test's own, so that nothing
 * older can be found instead; all else may come from the repository of this build.
 */
@Tag("slow")
@DisabledOnOs(OS.WINDOWS)
class ExampleProjectTest {
  private static final Path ROOT = Path.of("..");
  private static final String INSTALL = "./mvnw install -DskipTests -pl pe-layers -am";
  private static final Path EXAMPLE = Path.of("examples", "char-model");

  @TempDir private Path checkout;
  @TempDir private Path repository;

  private record Ended(int exitCode, String out, String err) {}

  @Test
  void buildsAgainstWhatIsInstalledAndLearns() throws Exception {
    layOutCheckout();
    assertThat(text(ROOT.resolve("README.md"))).contains(INSTALL);
    succeed(checkout, INSTALL);
    assertInstalled("", "io/github/pelab/layers/EncoderBlock.class");
    assertInstalled("-sources", "io/github/pelab/layers/EncoderBlock.java");
    assertInstalled("-javadoc", "io/github/pelab/layers/EncoderBlock.html");

    Path example = checkout.resolve(EXAMPLE);
    List<String> commands = commands(example);
    assertThat(commands).hasSize(2);
    succeed(example, commands.get(0));
    assertCompilesAgainstDl4jAlone(example);
    assertLearns(succeed(example, commands.get(1)));

    Ended wrong = run(example, commands.get(1).replace(" rope", " ropes"));
    assertThat(wrong.exitCode()).isNotZero();
    assertThat(wrong.err()).contains("unknown scheme 'ropes'; known are alibi, ");
  }

  /** All that the build of pe-layers and of the example reads. */
  private void layOutCheckout() throws IOException {
    for (String each : List.of("pom.xml", "mvnw", ".mvn", "pe-layers/src")) {
      copy(ROOT.resolve(each));
    }
    for (String each : List.of("pom.xml", "README.md", "src")) {
      copy(ROOT.resolve(EXAMPLE).resolve(each));
    }
    try (Stream<Path> children = Files.list(ROOT)) {
      for (Path pom : children.map(each -> each.resolve("pom.xml")).toList()) {
        if (Files.exists(pom)) {
          copy(pom);
        }
      }
    }
  }

  private void copy(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path from : files.filter(Files::isRegularFile).toList()) {
        Path to = checkout.resolve(ROOT.relativize(from));
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
      }
    }
  }

  private void assertInstalled(String classifier, String entry) throws IOException {
    Path jar =
        repository.resolve(
            "io/github/pelab/pe-layers/0.1.0-SNAPSHOT/pe-layers-0.1.0-SNAPSHOT%s.jar"
                .formatted(classifier));
    try (JarFile file = new JarFile(jar.toFile())) {
      assertThat(file.getEntry(entry)).as("%s in %s", entry, jar).isNotNull();
    }
  }

  private static List<String> commands(Path example) throws IOException {
    return first(text(example.resolve("README.md")), "(?s)```sh\n(.*?)```")
        .lines()
        .map(line -> line.replaceFirst("\\s+#.*", ""))
        .toList();
  }

  /** By the list that pe-layers' own build holds it to; here without that build's versions. */
  private void assertCompilesAgainstDl4jAlone(Path example) throws Exception {
    Path list = example.resolve("target/compile.txt");
    succeed(example, "../../mvnw dependency:list -DincludeScope=compile -DoutputFile=" + list);
    List<String> allowed =
        Pattern.compile("<include>(.*?)</include>")
            .matcher(text(checkout.resolve("pe-layers/pom.xml")))
            .results()
            .map(include -> include.group(1) + ":")
            .toList();
    assertThat(text(list).lines().map(String::strip).filter(line -> line.contains(":compile")))
        .anyMatch(artifact -> artifact.startsWith("org.deeplearning4j:deeplearning4j-nn:"))
        .filteredOn(artifact -> allowed.stream().noneMatch(artifact::startsWith))
        .singleElement()
        .asString()
        .startsWith("io.github.pelab:pe-layers:");
    assertThat(example.resolve("target/lib")).isDirectoryContaining("glob:**/nd4j-native-1*.jar");
  }

  private static void assertLearns(String out) {
    double[] losses =
        Pattern.compile("step +\\d+: loss ([0-9.]+)")
            .matcher(out)
            .results()
            .mapToDouble(match -> Double.parseDouble(match.group(1)))
            .toArray();
    double guess = Double.parseDouble(first(out, "characters loses ([0-9.]+)"));
    assertThat(losses).hasSizeGreaterThan(2);
    assertThat(losses[0]).as("untrained, no better than a guess").isGreaterThan(0.9 * guess);
    assertThat(losses[losses.length - 1]).as("trained").isLessThan(guess / 10);
    assertThat(out).contains("\nThis is the ");
    assertThat(out.lines().filter(line -> line.contains("loss without it"))).hasSize(8);
  }

  private static String first(String text, String group) {
    return Pattern.compile(group)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + group + " in " + text));
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private String succeed(Path directory, String command) throws Exception {
    Ended ended = run(directory, command);
    assertThat(ended.exitCode()).as("%s: %s%s", command, ended.out(), ended.err()).isZero();
    return ended.out();
  }

  private Ended run(Path directory, String command) throws Exception {
    Path err = checkout.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", command)
            .directory(directory.toFile())
            .redirectError(err.toFile());
    Map<String, String> environment = builder.environment();
    String java = System.getProperty("java.home");
    environment.put("JAVA_HOME", java);
    environment.merge("PATH", java + "/bin", (path, bin) -> bin + File.pathSeparator + path);
    environment.put(
        "MAVEN_ARGS",
        "-B -ntp -q -Dmaven.repo.local=%s -Dmaven.repo.local.tail=%s"
            .formatted(repository, System.getProperty("localRepository")));
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), out, text(err));
  }
}
