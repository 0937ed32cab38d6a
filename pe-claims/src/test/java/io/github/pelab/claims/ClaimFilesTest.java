package io.github.pelab.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimFilesTest {
  private static final String YAML =
      """
      schemaVersion: 1
      id: rope-wins
      group: 1
      sentence: RoPE wins.
      source: somewhere
      protocol: as-released
      scope: at this size
      suites: [suites/distance.yaml]
      statements:
        - name: beats-alibi
          metric: accuracy(length=32,checkpoint=last)
          of: {model.scheme: rope, model.heads: 8}
          against: {model.scheme: alibi}
          expect: above
          threshold: 0.02
        - {name: deposits, metric: deposit(layer=0), of: {model.scheme: rope}, expect: above, threshold: 0.5}
      rule: all
      shown: ["accuracy(checkpoint=best,split=test)"]
      """;

  @TempDir Path directory;

  private Claim read(String yaml) throws IOException {
    Files.writeString(directory.resolve("rope-wins.yaml"), yaml);
    return ClaimFiles.read(directory).get(0);
  }

  @Test
  void aClaimIsReadWithItsStatements() throws IOException {
    Claim claim = read(YAML);
    assertThat(claim.protocol()).isEqualTo(Claim.Protocol.AS_RELEASED);
    assertThat(claim.statements()).hasSize(2);
    Statement first = claim.statements().get(0);
    assertThat(first.metric()).as("in one way").isEqualTo("accuracy(length=32)");
    assertThat(first.of()).hasToString("rope, 8");
    assertThat(claim.statements().get(1).kind()).isEqualTo(Statement.Kind.FRACTION);
    assertThat(claim.shown()).containsExactly("accuracy(checkpoint=best)");
  }

  @Test
  void theHypothesisIsOfStatementsAndRuleAndNoMore() throws IOException {
    String hypothesis = read(YAML).hypothesis();
    assertThat(read(YAML.replace("at this size", "everywhere")).hypothesis()).isEqualTo(hypothesis);
    assertThat(read(YAML.replace("length=32,checkpoint=last", "length=32")).hypothesis())
        .isEqualTo(hypothesis);
    assertThat(read(YAML.replace("best,split", "last,split")).hypothesis()).isEqualTo(hypothesis);
    assertThat(read(YAML.replace("0.02", "0.03")).hypothesis()).isNotEqualTo(hypothesis);
    assertThat(read(YAML.replace("rule: all", "rule: any")).hypothesis()).isNotEqualTo(hypothesis);
    assertThat(read(YAML.replace("heads: 8", "heads: 4")).hypothesis()).isNotEqualTo(hypothesis);
  }

  @Test
  void claimsAreInTheOrderOfTheirGroups() throws IOException {
    Files.writeString(
        directory.resolve("a.yaml"),
        YAML.replace("rope-wins", "a").replace("group: 1", "group: 2"));
    Files.writeString(directory.resolve("b.yaml"), YAML.replace("rope-wins", "b"));
    Files.writeString(directory.resolve("rope-wins.yaml"), YAML);
    assertThat(ClaimFiles.read(directory))
        .extracting(Claim::id)
        .isEqualTo(List.of("b", "rope-wins", "a"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rule: all             | rule: some                | rule: unknown value 'some'
          ["accuracy(           | ["acuracy(                | shown: unknown metric 'acuracy'
          rule: all             | ''                        | rule: missing; every claim says it
          expect: above         | expect: up                | statements[0].expect: unknown value 'up'
          metric: accuracy(     | metric: acuracy(          | statements[0].metric: unknown metric 'acuracy'
          threshold: 0.5        | threshold: 5              | statements[1].threshold: found 5.0; choose a fraction of runs
          name: deposits        | name: beats-alibi         | statements: found beats-alibi; give each its own name
          group: 1              | grup: 1                   | grup: unknown key; did you mean 'group'?
          group: 1              | group: 10                 | group: found 10; choose one of 1 (RoPE on distances), 2
          id: rope-wins         | id: other                 | id: found other; a claim's file is named by its id
          threshold: 0.02       | threshhold: 0.02          | threshhold
          suites: [suites/distance.yaml] | suites: []       | suites: found []; name the config of its runs
          {model.scheme: alibi} | {}                        | statements[0].against: names no field
          """)
  void whatIsWrongIsSaidWithItsPlace(String from, String to, String message) throws IOException {
    assertThat(YAML).contains(from);
    assertThatThrownBy(() -> read(YAML.replace(from, to)))
        .hasMessageContaining("rope-wins.yaml")
        .hasMessageContaining(message);
  }

  @Test
  void anEmptyDirectoryAndNoneAreRefused() {
    assertThatThrownBy(() -> ClaimFiles.read(directory)).hasMessageContaining("holds no claim");
    assertThatThrownBy(() -> ClaimFiles.read(directory.resolve("none")))
        .hasMessageContaining("none: no such directory");
  }
}
