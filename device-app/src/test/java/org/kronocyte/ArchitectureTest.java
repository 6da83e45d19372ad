package org.kronocyte;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.kronocyte.app.Daemon;
import org.kronocyte.camera.Sleeper;
import org.opencv.core.Mat;

/** Which package may use which, and the habits a reviewer would otherwise have to watch. */
@AnalyzeClasses(
    packages = ArchitectureTest.ROOT,
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  static final String ROOT = "org.kronocyte";

  /** May be used by everybody, and uses nobody. */
  private static final String COMMON = "problem";

  /**
   * What each package uses besides {@code problem}; a sub-package counts as its parent. {@code
   * board} has its settings from {@code config}; what goes through {@code slide} carries cells,
   * outlines and quality with it.
   */
  private static final Map<String, Set<String>> USES =
      Map.ofEntries(
          Map.entry(COMMON, Set.of()),
          Map.entry("image", Set.of()),
          Map.entry("camera", Set.of("image")),
          Map.entry("quality", Set.of("image")),
          Map.entry("model", Set.of()),
          Map.entry("infer", Set.of("model")),
          Map.entry("segment", Set.of("infer", "model", "image")),
          Map.entry("classify", Set.of("infer", "model", "segment", "image")),
          Map.entry("store", Set.of()),
          Map.entry("slide", Set.of("classify", "segment", "quality", "image", "store")),
          Map.entry("publish", Set.of("slide", "classify", "segment", "quality", "image", "store")),
          Map.entry("board", Set.of("config")),
          Map.entry("health", Set.of()),
          Map.entry("evaluate", Set.of("image")),
          Map.entry("config", Set.of()));

  /** Wiring: {@code app} uses any of the above, {@code cli} also {@code app}; nobody uses them. */
  private static final Set<String> WIRING = Set.of("app", "cli");

  @ArchTest
  static void packagesUseExactlyWhatTheTableSays(JavaClasses classes) {
    Map<String, Set<String>> seen = new TreeMap<>();
    Map<String, String> example = new TreeMap<>();
    for (JavaClass from : classes) {
      String user = part(from);
      seen.computeIfAbsent(user, p -> new TreeSet<>());
      for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
        String used = part(dependency.getTargetClass());
        if (!used.isEmpty() && !used.equals(user) && !used.equals(COMMON)) {
          seen.get(user).add(used);
          example.putIfAbsent(user + " -> " + used, dependency.getDescription());
        }
      }
    }
    Set<String> ofWiring = new TreeSet<>(seen.remove("app"));
    ofWiring.addAll(seen.remove("cli"));
    ofWiring.remove("app");
    ofWiring.removeAll(USES.keySet());
    assertEquals(Set.of(), ofWiring, "wiring uses a package the table doesn't have");
    Map<String, Set<String>> table = new TreeMap<>();
    USES.forEach((user, used) -> table.put(user, new TreeSet<>(used)));
    assertEquals(table, seen, () -> "one dependency of each kind: " + example);
  }

  /** The package below the root that a class belongs to; empty for a foreign class. */
  private static String part(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith(ROOT + ".") ? name.substring(ROOT.length() + 1).split("\\.", 2)[0] : "";
  }

  @ArchTest
  static final ArchRule noCycles = slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule nobodyUsesWiring =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + ".app..", ROOT + ".cli..")
          .should()
          .dependOnClassesThat(
              describe("are wiring", (JavaClass type) -> WIRING.contains(part(type))));

  @ArchTest
  static final ArchRule appDoesNotUseTheCommandLine =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".app..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + ".cli..");

  /** A library is known to one package, so that it can be exchanged there. */
  @ArchTest
  static void librariesStayInTheirPackages(JavaClasses classes) {
    Map<String, String> homes =
        Map.of(
            "com.pi4j..", "board.pi4j",
            "org.eclipse.paho..", "publish.mqtt",
            "ai.onnxruntime..", "infer",
            "org.bytedeco..", "infer",
            "picocli..", "cli",
            "org.snakeyaml..", "config.yaml",
            "com.sun.jna..", "[health|infer]",
            "java.sql..", "store",
            "org.sqlite..", "store",
            "com.sun.net.httpserver..", "app");
    homes.forEach(
        (library, home) ->
            noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "." + home)
                .should()
                .dependOnClassesThat(resideInAPackage(library))
                .check(classes));
  }

  @ArchTest
  static final ArchRule onlyImageMakesMats =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".image")
          .should()
          .accessTargetWhere(
              call("make a Mat", Mat.class, "<init>", "clone", "zeros", "ones", "eye", "diag"))
          .because("native pixels are released by scope: PixelArena, or a Frame that owns them");

  @ArchTest static final ArchRule noStandardStreams = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  @ArchTest
  static final ArchRule noJavaUtilLogging =
      noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging..");

  /** Everything else waits for something. The sleepers here pause for a person, or pass it in. */
  @ArchTest
  static final ArchRule noSleep =
      noClasses()
          .that()
          .areNotAssignableTo(Sleeper.class)
          .and()
          .areNotAssignableTo(Daemon.class)
          .and()
          .doNotHaveFullyQualifiedName(ROOT + ".cli.DemoCommand")
          .and()
          // Delays the end of a stream on a thread of the library's, which takes no clock of ours.
          .doNotHaveFullyQualifiedName(ROOT + ".publish.mqtt.SteadyInput")
          .should()
          .accessTargetWhere(call("sleep", Thread.class, "sleep"));

  @ArchTest
  static final ArchRule onlyMainExits =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(ROOT + ".cli.Kronocyte")
          .should()
          .accessTargetWhere(
              call("exit", System.class, "exit").or(call("exit", Runtime.class, "exit")));

  @ArchTest
  static final ArchRule onlyTheWatchdogsCommandHalts =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(ROOT + ".cli.RunCommand")
          .should()
          .accessTargetWhere(call("halt", Runtime.class, "halt"));

  @ArchTest
  static final ArchRule clocksArePassedIn =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".cli")
          .should()
          .accessTargetWhere(
              call("read the wall clock", System.class, "currentTimeMillis")
                  .or(
                      describe(
                          "take the time of now",
                          (JavaAccess<?> c) ->
                              c.getTargetOwner().getPackageName().startsWith("java.time")
                                  && c.getName().equals("now")
                                  && c.getTarget() instanceof AccessTarget.CodeUnitAccessTarget unit
                                  && unit.getRawParameterTypes().isEmpty()))
                  .or(call("make a clock", Clock.class, "systemUTC", "systemDefaultZone", "system"))
                  .or(call("make a clock", InstantSource.class, "system"))
                  .or(call("make a date", Date.class, "<init>")))
          .because(Instant.class + "s come from a clock that a test can set");

  /** {@code app} seeds what is spread on purpose (back-off); all else is seeded by its caller. */
  @ArchTest
  static final ArchRule randomnessIsPassedIn =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".app")
          .should()
          .accessTargetWhere(
              call("seed itself", Random.class, "<init>")
                  .or(call("roll dice", Math.class, "random")));

  private static DescribedPredicate<JavaAccess<?>> call(
      String what, Class<?> owner, String... methods) {
    Set<String> names = Set.of(methods);
    return describe(
        what,
        call ->
            call.getTargetOwner().isEquivalentTo(owner)
                && names.contains(call.getTarget().getName()));
  }
}
