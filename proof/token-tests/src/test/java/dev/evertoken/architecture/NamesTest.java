package dev.evertoken.architecture;

import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.evertoken.architecture.Reports.assertReports;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names use the words of the OAuth RFCs and of the JDK, and no meaningless or project-specific words. */
class NamesTest {
    private static final Pattern MEANINGLESS =
            Pattern.compile(".*(Manager|Helper|Utils?|Utilities|Impl)s?([A-Z].*)?|(Default|Abstract)[A-Z].*");

    /** Words that no type and no member of the main code may contain, each with its replacement. */
    private static final Map<String, String> WORDS = new TreeMap<>(Map.ofEntries(
            Map.entry("Answer", "Response"),
            Map.entry("Answers", "Responses"),
            Map.entry("Bench", "Fixture"),
            Map.entry("Clerk", "Worker"),
            Map.entry("Desk", "Endpoint"),
            Map.entry("Drip", "SlowBody"),
            Map.entry("Enrichment", "UserLookup"),
            Map.entry("House", "Fixture"),
            Map.entry("Judgement", "Decision"),
            Map.entry("Manners", "Behavior"),
            Map.entry("Neighbour", "EndpointCall"),
            Map.entry("Office", "Cluster"),
            Map.entry("Shelf", "Store"),
            Map.entry("Sweeper", "Cleaner"),
            Map.entry("Trouble", "Errors"),
            Map.entry("Workplace", "Fixture"),
            Map.entry("Workshop", "Context")));

    /** Types whose names are fixed, because readers of the RFCs or of OkHttp expect them. */
    private static final List<String> WANTED = List.of(
            "AccountStatus",
            "AuthorizationResponse",
            "CancellableExchange",
            "ClientCredentialsGrant",
            "ClientRegistry",
            "EndpointCall",
            "FailureRecorder",
            "GrantSource",
            "JsonObjectReader",
            "LifetimeParser",
            "MalformedRecordException",
            "MockGrants",
            "MockTokenEndpoint",
            "PeekedBody",
            "PendingAuthorization",
            "PendingConsents",
            "PendingWrites",
            "ProviderBehavior",
            "ProviderResponse",
            "RecordLoader",
            "RefreshAttempt",
            "RefreshDecision",
            "RefreshTokenLock",
            "RegisteredClient",
            "ResponseDecider",
            "ResponseSaver",
            "SecretEchoFilter",
            "StateSealer",
            "StoreRollbackGuard",
            "SyncDecision",
            "TokenError",
            "TokenExceptions",
            "TokenRequirement",
            "TokenResponse",
            "TokenResponseParser");

    /** British spellings in identifiers, except {@code isCancelled} of the JDK. */
    private static final Pattern BRITISH =
            Pattern.compile(".*([a-z](ognis|normalis|serialis|authoris|initialis|organis|minimis|maximis|optimis)"
                    + "(e|ed|es|ing|ation)|[Bb]ehaviour|[Cc]olour|[Hh]onour(ed|s)?|[Nn]eighbour|[Jj]udgement|"
                    + "(journal|label|model|signal|total|travel)l(ed|ing)|[a-z]*cancelling)([A-Z_].*|s?$)");

    private static final ArchRule NAMES_HAVE_NO_MEANINGLESS_WORD = noClasses()
            .should(be(DescribedPredicate.describe(
                    "named with a meaningless word",
                    (JavaClass type) ->
                            MEANINGLESS.matcher(type.getSimpleName()).matches())));

    @Test
    void namesHaveNoMeaninglessWord() {
        NAMES_HAVE_NO_MEANINGLESS_WORD.check(MainCode.classes());
        assertReports(NAMES_HAVE_NO_MEANINGLESS_WORD, "TokenManager", "DefaultStore", "StoreImpl");
    }

    @Test
    void meaninglessWordsAreMatchedAsWholeWords() {
        assertThat(Stream.of("Implicit", "Defaults", "Utility", "Abstraction", "Simple"))
                .noneMatch(name -> MEANINGLESS.matcher(name).matches());
        assertThat(Stream.of("TimeUtil", "TimeUtils", "ImplOfStore", "AbstractStore", "StoreHelpers"))
                .allMatch(name -> MEANINGLESS.matcher(name).matches());
    }

    @Test
    void namesUseTheWordsOfTheField() {
        assertThat(unwanted(MainCode.classes())).isEmpty();
        assertThat(unwanted(Reports.offendingClasses()))
                .contains("TokenDesk: Desk, better Endpoint", "TokenDesk.lastAnswer: Answer, better Response");
    }

    @Test
    void testClassesUseTheWordsOfTheFieldToo() {
        assertThat(MainCode.testFiles()
                        .map(Path::getFileName)
                        .map(file -> file.toString().replace(".java", ""))
                        .filter(name -> !name.equals("TokenDesk"))
                        .flatMap(NamesTest::unwanted))
                .isEmpty();
    }

    @Test
    void theWantedTypesExist() {
        assertThat(MainCode.classes().stream().map(JavaClass::getSimpleName).collect(Collectors.toSet()))
                .containsAll(WANTED);
    }

    @Test
    void namesUseAmericanSpelling() {
        assertThat(names(MainCode.classes())
                        .filter(name -> BRITISH.matcher(name).matches()))
                .isEmpty();
        assertThat(Stream.of("recognised", "isRecognised", "neighbour", "honoured", "journalled", "Behaviours"))
                .allMatch(name -> BRITISH.matcher(name).matches());
        assertThat(Stream.of("recognized", "isCancelled", "called", "promise", "installed", "wiseChoice"))
                .noneMatch(name -> BRITISH.matcher(name).matches() && !name.matches("isCancelled|called|installed"));
    }

    private static List<String> unwanted(JavaClasses classes) {
        return new TreeSet<>(classes.stream()
                        .flatMap(type -> Stream.concat(
                                unwanted(type.getSimpleName()),
                                type.getMembers().stream()
                                        .map(JavaMember::getName)
                                        .filter(name -> !name.contains("$"))
                                        .flatMap(name ->
                                                unwanted(name).map(found -> type.getSimpleName() + "." + found))))
                        .toList())
                .stream().toList();
    }

    /** Returns the unwanted words in a name; only whole words of the name count. */
    private static Stream<String> unwanted(String name) {
        String words =
                name.replaceAll("_", "").isEmpty() ? "" : Character.toUpperCase(name.charAt(0)) + name.substring(1);
        return WORDS.entrySet().stream()
                .filter(word -> words.matches(".*" + word.getKey() + "([A-Z0-9].*|$)"))
                .map(word -> name + ": " + word.getKey() + ", better " + word.getValue());
    }

    private static Stream<String> names(JavaClasses classes) {
        return classes.stream()
                .flatMap(type -> Stream.concat(
                        Stream.of(type.getSimpleName()),
                        type.getMembers().stream().map(JavaMember::getName)))
                .filter(name -> !name.contains("$"));
    }
}
