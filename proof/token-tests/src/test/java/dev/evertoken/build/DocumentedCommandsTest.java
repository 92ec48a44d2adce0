package dev.evertoken.build;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.KeyRing;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each command of the README, CONTRIBUTING and the guides is known here, with the test that runs it or its program. The
 * parts of each command of Maven exist, whether it is run or not: profiles, modules, tests, programs, properties.
 */
class DocumentedCommandsTest {

    /** The build is started with this command, or runs it. */
    private static final String BUILD = "the build";
    /** Too long for a build, or not a program of this project: only its parts are checked, by this class. */
    private static final String PARTS = "parts";

    private static final Map<String, String> KNOWN = Map.ofEntries(
            entry(".ci/run", BUILD),
            entry(".ci/faults", BUILD),
            entry("mvn -B verify", BUILD),
            entry("mvn -q -Dmaven.test.skip -Dspotless.check.skip install", PARTS),
            entry("mvn -q compile exec:java -Dexec.mainClass=FirstSteps", "StartTest"),
            entry("export GOOGLE_CLIENT_ID=… GOOGLE_CLIENT_SECRET=…", "StartTest"),
            entry("export GOOGLE_SCOPES=\"openid https://www.googleapis.com/auth/calendar.readonly\"", "StartTest"),
            entry("export EVERTOKEN_KEYS=\"k1:$(openssl rand -base64 32)\"", "StartTest"),
            entry("openssl rand -base64 32", PARTS),
            entry("java -XX:ArchiveClassesAtExit=app.jsa -cp app.jar:lib/a.jar:lib/b.jar com.example.Main", PARTS),
            entry("java -XX:SharedArchiveFile=app.jsa -cp app.jar:lib/a.jar:lib/b.jar com.example.Main", PARTS),
            entry("mvn -q -Pquickstart -pl examples -am package", "QuickstartTest"),
            entry("mvn -q -Pconsole -pl examples -am package", "ConsoleDemoTest"),
            entry("mvn -B -Pbrowser -pl integrations/token-console -am test", BUILD),
            entry("mvn -B -Pbrowser -Dconsole.images=../../docs/images -pl integrations/token-console -am test", PARTS),
            entry("mvn -q -Pconnect -pl examples -am package -Dprovider=google", "ConnectTest"),
            entry("mvn -q -Pstrava-sync -pl examples -am package", "SyncStoryTest"),
            entry("mvn -q -Pmail-warmup -pl examples -am package", "MailStoryTest"),
            entry("mvn -q -Psocial-publisher -pl examples -am package", "SocialPublisherStoryTest"),
            entry("mvn -q -Pcalendar-sync -pl examples -am package", "CalendarSyncTest"),
            entry("mvn -q -Dmaven.test.skip -pl integrations/token-doctor -am package", PARTS),
            entry("token-doctor --config doctor.properties", "DoctorCommandTest"),
            entry("token-doctor --config doctor.properties --only-findings --json", "DoctorCommandTest"),
            entry("token-doctor clear google/user-42 --config doctor.properties", "DoctorCommandTest"),
            entry("gcloud auth application-default login", "TokenFileFormatTest"),
            entry("rclone authorize", "TokenFileFormatTest"),
            entry("rclone config show", "TokenFileFormatTest"),
            entry("mvn -q -Pquick -pl token-core -am -Dtest=SealerTest test", PARTS),
            entry("mvn -pl token-core -am -Dtest=SealerTest -Dsurefire.failIfNoSpecifiedTests=false test", PARTS),
            entry("mvn -pl token-core -am test", PARTS),
            entry("mvn -pl token-core -am compile", PARTS),
            entry("mvn -q spotless:apply", PARTS),
            entry("mvn spotless:apply", PARTS),
            entry("mvn -q -Pbench -pl proof/benchmarks -am package -Dbench=\"HotPathBenchmark -prof gc\"", PARTS),
            entry("mvn -q -Pbench -pl proof/benchmarks -am package -Dbench=\"HotPathBenchmark -prof gc -t 1\"", PARTS),
            entry("mvn -q -Pbench -pl proof/benchmarks -am package -Dbench=\"RefreshBenchmark\"", PARTS),
            entry("mvn -q -Pbench -pl proof/benchmarks -am package -Dbench=\"ImportBenchmark\"", PARTS),
            entry("mvn -q -Ppit,codec -pl proof/token-tests -am process-test-classes", "MutationProfilesTest"),
            entry("mvn -q -Pmeasure -pl token-store-redis -am package", PARTS),
            entry("mvn -q -Pcosts -pl token-store-jdbc -am test-compile", PARTS),
            entry("mvn -q -Pcold-start -pl proof/benchmarks -am package -Drounds=25", PARTS),
            entry("mvn -q -Pcold-start -pl proof/benchmarks -am package", PARTS),
            entry("proof/benchmarks/run", PARTS),
            entry("proof/benchmarks/run --full", PARTS),
            entry("proof/benchmarks/run hot-path http-call", PARTS),
            entry("mvn -q -Pstore-costs -pl proof/benchmarks -am package", PARTS),
            entry("mvn -q -Pscaling -pl proof/benchmarks -am package", "ScalingDocumentTest"),
            entry(
                    "mvn -q -Plong -pl proof/token-tests -am -Dtest=VirtualServiceTest"
                            + " -Dsurefire.failIfNoSpecifiedTests=false test",
                    PARTS),
            entry("mvn -Pjedis-versions -pl token-store-redis -am verify", PARTS),
            entry("mvn -Papi -Dapi.baseline=<last release> verify", "ApiCompatibilityTest"),
            entry("mvn -Prelease verify", PARTS),
            entry("mvn -Prelease -Dmaven.test.skip package", PARTS),
            entry("mvn -Prelease,sign -Dmaven.test.skip -DaltDeploymentRepository=<id>::<address> deploy", PARTS),
            entry(".ci/reproducible", PARTS));

    private static final BuildProfiles PROFILES = new BuildProfiles();

    @Test
    void everyCommandIsKnownAndNoOther() {
        assertThat(DocumentedCommand.all().stream().map(DocumentedCommand::text).distinct())
                .containsExactlyInAnyOrderElementsOf(KNOWN.keySet());
    }

    static Stream<String> tests() {
        return KNOWN.values().stream()
                .filter(how -> !how.equals(BUILD) && !how.equals(PARTS))
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("tests")
    void theTestOfACommandExists(String test) {
        assertThat(PROFILES.modules().stream()
                        .map(module -> module + "/src/test/java")
                        .filter(Checkout::exists)
                        .flatMap(folder -> Checkout.files(folder, "/" + test + ".java").stream()))
                .hasSize(1);
    }

    static Stream<DocumentedCommand> mavenCommands() {
        return Stream.concat(
                DocumentedCommand.all().stream().filter(DocumentedCommand::isMaven),
                DocumentedCommand.options().stream());
    }

    @ParameterizedTest
    @MethodSource("mavenCommands")
    void thePartsOfACommandOfMavenExist(DocumentedCommand command) {
        assertThat(new MavenCommand(command.text(), command.document(), PROFILES).problems())
                .isEmpty();
    }

    /** With the real providers these need credentials, so their tests start the same class against the mocks. */
    @ParameterizedTest
    @ValueSource(strings = {"quickstart", "connect", "console", "social-publisher"})
    void theTestOfAProgramStartsTheClassOfItsProfile(String profile) {
        String main = PROFILES.started(profile).get(0).mainClass().orElseThrow();
        String name = main.substring(main.lastIndexOf('.') + 1);

        String test =
                Checkout.files("examples/src/test", "/" + name + "Test.java").get(0);
        assertThat(KNOWN).containsValue(name + "Test");
        assertThat(Checkout.read(test)).contains("ChildJvm.of(" + name + ".class)");
    }

    @Test
    void aKeyOfTheDocumentedLengthIsAccepted() {
        assertThat(DocumentedCommand.all())
                .map(DocumentedCommand::text)
                .filteredOn(command -> command.contains("openssl rand"))
                .isNotEmpty()
                .allSatisfy(command -> {
                    int bytes = Integer.parseInt(command.replaceAll(".*openssl rand -base64 (\\d+).*", "$1"));
                    assertThat(KeyRing.of("k1", new byte[bytes]).active()).contains("k1");
                });
    }

    @Test
    void everyScriptIsExecutable() {
        assertThat(KNOWN.keySet().stream()
                        .map(command -> command.split(" ", 2)[0])
                        .filter(command -> command.startsWith(".ci/") || command.startsWith("proof/")))
                .isNotEmpty()
                .allSatisfy(script -> assertThat(Checkout.ROOT.resolve(script))
                        .isRegularFile()
                        .matches(Files::isExecutable));
    }

    @Test
    void everyBlockNamesItsLanguage() {
        assertThat(CodeBlock.all())
                .isNotEmpty()
                .allSatisfy(block -> assertThat(block.language())
                        .as(block.document() + ": " + block.text())
                        .isIn("java", "xml", "sh", "text", "json"));
    }

    @Test
    void aCommandIsInABlockOfCommands() {
        assertThat(CodeBlock.all())
                .filteredOn(block -> block.language().equals("text"))
                .flatMap(block -> block.text().lines().toList())
                .noneMatch(DocumentedCommand::isOne);
    }

    @Test
    void aPartThatDoesNotExistIsFound() {
        assertThat(List.of(
                        problems("mvn -Pno-such -pl token-core -am test"),
                        problems("mvn -pl token-nowhere -am test"),
                        problems("mvn -pl token-core -am tests"),
                        problems("mvn nothing:apply"),
                        problems("mvn -q -Pquick -pl token-core -am -Dtest=NoSuchTest test"),
                        problems("mvn -pl token-core -am -Dtest=SealerTest test"),
                        problems("mvn -q -Pcosts -pl token-store-jdbc -am package"),
                        problems("mvn -q -Pconnect -pl token-core -am package -Dprovider=google"),
                        problems("mvn -q -Pconnect -pl examples -am package -Dprovider=nobody"),
                        problems("mvn -q -Pbench -pl proof/benchmarks -am package -Dbench=\"NoBenchmark -t 1\""),
                        problems("mvn compile exec:java -Dexec.mainClass=NoSuchSteps"),
                        problems("mvn -Dno.such.property=1 verify"),
                        problems("mvn --unknown verify")))
                .containsExactly(
                        Set.of("there is no profile no-such"),
                        Set.of("there is no module token-nowhere"),
                        Set.of("there is no goal tests"),
                        Set.of("there is no goal nothing:apply"),
                        Set.of("there is no test NoSuchTest in [token-core]"),
                        Set.of("the modules without the test SealerTest fail"),
                        Set.of("costs starts its program in the phase test-compile"),
                        Set.of("connect starts a program in examples"),
                        Set.of("there is no provider nobody"),
                        Set.of("there is no benchmark NoBenchmark"),
                        Set.of("the document has no class NoSuchSteps"),
                        Set.of("there is no property no.such.property"),
                        Set.of("there is no option --unknown"));
    }

    private static Set<String> problems(String command) {
        return new MavenCommand(command, "docs/start.md", PROFILES)
                .problems().stream().collect(Collectors.toSet());
    }
}
