package io.github.pelab.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.theClass;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.github.pelab.layers.runtime.GraphDefinedLayer;
import org.assertj.core.api.Assertions;

/** The arrows of the house: what may know of what. */
@AnalyzeClasses(packages = "io.github.pelab", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] MODULES = {
    "layers", "spectra", "tasks", "train", "ablation", "claims", "cli"
  };

  @ArchTest
  static void everyModuleIsSeen(JavaClasses classes) {
    for (String module : MODULES) {
      Assertions.assertThat(classes.containPackage("io.github.pelab." + module))
          .as(module)
          .isTrue();
    }
  }

  @ArchTest
  static final ArchRule modulesPointOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("layers")
          .definedBy("io.github.pelab.layers..")
          .layer("spectra")
          .definedBy("io.github.pelab.spectra..")
          .layer("tasks")
          .definedBy("io.github.pelab.tasks..")
          .layer("train")
          .definedBy("io.github.pelab.train..")
          .layer("ablation")
          .definedBy("io.github.pelab.ablation..")
          .layer("claims")
          .definedBy("io.github.pelab.claims..")
          .layer("cli")
          .definedBy("io.github.pelab.cli..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("claims")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("ablation")
          .mayOnlyBeAccessedByLayers("claims", "cli")
          .whereLayer("train")
          .mayOnlyBeAccessedByLayers("ablation", "claims", "cli")
          .whereLayer("tasks")
          .mayOnlyBeAccessedByLayers("train", "ablation", "claims", "cli")
          .whereLayer("layers")
          .mayOnlyBeAccessedByLayers("train", "ablation", "claims", "cli")
          .whereLayer("spectra")
          .mayOnlyBeAccessedByLayers("train", "ablation", "claims", "cli");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.github.pelab.(*).(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule librariesDoNotPrint =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.github.pelab.cli..", "io.github.pelab.layers.runtime")
          .should()
          .accessField(System.class, "out");

  @ArchTest
  static final ArchRule librariesLogThroughSlf4j =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.logging..", "java.util.logging..");

  private static final String VECTORS = "io\\.github\\.pelab\\.layers\\.kernel\\.Vector.*";

  @ArchTest
  static final ArchRule layersKnowDl4jAndNothingElse =
      noClasses()
          .that()
          .resideInAPackage("io.github.pelab.layers..")
          .and()
          .haveNameNotMatching(VECTORS)
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "java..",
              "io.github.pelab.layers..",
              "org.deeplearning4j..",
              "org.nd4j..",
              "org.apache.commons.math3..", // which DL4J brings
              "org.slf4j..");

  @ArchTest
  static final ArchRule spectraKnowPlainArraysAndNothingElse =
      noClasses()
          .that()
          .resideInAPackage("io.github.pelab.spectra..")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "java..",
              "io.github.pelab.spectra..",
              "org.apache.commons.statistics..",
              "org.ejml..",
              "org.hipparchus..");

  /**
   * All else works where the vector module is absent, because no other class names it, nor any of
   * these.
   */
  @ArchTest
  static final ArchRule vectorsKnowPlainArraysAndNothingElse =
      noClasses()
          .that()
          .haveNameMatching(VECTORS)
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "java..", "jdk.incubator.vector..", "io.github.pelab.layers.kernel..");

  @ArchTest
  static final ArchRule layersChooseNoBackend =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j.linalg.cpu..", "org.nd4j.linalg.jcublas..");

  /** DL4J's own runtime of SameDiff layers doubles gradients; only ours may run a layer. */
  @ArchTest
  static void everyLayerHasOurRuntime(JavaClasses classes) {
    classes.stream()
        .filter(
            each ->
                each.isAssignableTo(
                    "org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer"))
        .forEach(
            each ->
                theClass(each.reflect())
                    .should()
                    .beAssignableTo(GraphDefinedLayer.class)
                    .check(classes));
  }

  @ArchTest
  static final ArchRule namesSayWhatThingsAre =
      noClasses().should().haveNameMatching("(?i).*(util|utils|helper|manager|misc)(\\$.*)?");
}
