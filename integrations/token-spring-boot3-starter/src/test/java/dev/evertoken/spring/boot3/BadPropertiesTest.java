package dev.evertoken.spring.boot3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** A property that cannot be used ends the start with one sentence that names it, and nothing is stored. */
class BadPropertiesTest {

    private static final String SECRET = "3f8a1c09e4b7";

    @TempDir
    Path folder;

    private final ApplicationContextRunner empty =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(TokensAutoConfiguration.class));

    private ApplicationContextRunner application() {
        return empty.withPropertyValues(
                "evertoken.namespace=crm",
                "evertoken.store.file.path=" + folder.resolve("tokens"),
                "evertoken.clients.google.client-id=123-abc.apps.googleusercontent.com",
                "evertoken.clients.google.client-secret=" + SECRET,
                "evertoken.clients.google.redirect-uri=https://crm.example/connect/google/back",
                "evertoken.clients.google.scopes=openid,email");
    }

    @Test
    void theApplicationOfTheseTestsStarts() {
        application().run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void aMissingNamespaceIsNamed() {
        assertThat(description(application(), "evertoken.namespace="))
                .isEqualTo("evertoken.namespace is not set: it separates applications that share a store.");
        assertThat(description(empty)).startsWith("evertoken.namespace is not set");
    }

    @Test
    void aMissingStoreIsNamed() {
        assertThat(description(empty, "evertoken.namespace=crm"))
                .startsWith("evertoken.store.type is not set, and there is neither");
    }

    @Test
    void twoStoresAreNamed() {
        assertThat(description(application(), "evertoken.store.jdbc.url=jdbc:h2:mem:two"))
                .isEqualTo(
                        "Two stores are configured: evertoken.store.file.path and evertoken.store.jdbc.url are set.");
    }

    @Test
    void aKindOfStoreThatDoesNotExistIsNamed() {
        assertThat(description(application(), "evertoken.store.type=mongo"))
                .isEqualTo("evertoken.store.type \"mongo\" is not one of [file, gcp, jdbc, memory, redis].");
    }

    @Test
    void aKindOfStoreWithoutItsPropertiesIsNamed() {
        assertThat(analysis(application(), "evertoken.store.type=jdbc")).satisfies(analysis -> {
            assertThat(analysis.getDescription())
                    .isEqualTo("evertoken.store.type is jdbc, but nothing says where that store is.");
            assertThat(analysis.getAction()).isEqualTo("Set evertoken.store.jdbc.url, or configure a DataSource.");
        });
    }

    @Test
    void aDatabaseThatCannotBeReachedIsNamedByItsProperty() {
        assertThat(description(
                        empty,
                        "evertoken.namespace=crm",
                        "evertoken.store.jdbc.url=jdbc:postgresql://127.0.0.1:1/crm",
                        "evertoken.store.jdbc.password=" + SECRET))
                .startsWith("evertoken.store.jdbc.url does not lead to a store that can be opened: ")
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"k1", "k1:short", "not a ring"})
    void aKeyRingThatCannotBeReadIsNamed(String ring) {
        assertThat(description(application(), "evertoken.keys=" + ring))
                .startsWith("evertoken.keys is not a key ring that can be read: ");
    }

    @Test
    void aValueOfTheWrongFormIsNamedAndNotPrinted() {
        assertThat(description(application(), "evertoken.keys=")).isEqualTo("evertoken.keys is empty.");
        assertThat(description(application(), "evertoken.background.rate-per-minute=" + SECRET))
                .isEqualTo("evertoken.background.rate-per-minute has a value that is not of the type Integer.");
    }

    @Test
    void aKeyFileThatCannotBeReadIsNamed() {
        assertThat(description(application(), "evertoken.key-file=" + folder.resolve("missing")))
                .startsWith("evertoken.key-file is not a key ring that can be read: ")
                .contains("missing cannot be read");
    }

    @Test
    void twoKeyRingsAreNamed() {
        assertThat(description(application(), "evertoken.keys=k1:x", "evertoken.key-file=keys"))
                .isEqualTo("evertoken.keys and evertoken.key-file are both set, and each is a key ring.");
    }

    @Test
    void anUnknownProviderIsNamed() {
        assertThat(description(
                        application(),
                        "evertoken.clients.calendar.provider=googel",
                        "evertoken.clients.calendar.client-id=7f3a"))
                .startsWith("evertoken.clients.calendar.provider names an unknown provider: ")
                .contains("did you mean \"google\"?");
    }

    @Test
    void aClientWithoutAnIdIsNamed() {
        assertThat(description(application(), "evertoken.clients.strava.client-secret=" + SECRET))
                .isEqualTo("evertoken.clients.strava.client-id is not set.");
    }

    @Test
    void aForgottenPlaceholderIsNamed() {
        assertThat(description(application(), "evertoken.clients.google.client-secret=changeme"))
                .isEqualTo("evertoken.clients.google.client-secret is a placeholder.");
        assertThat(description(application(), "evertoken.clients.google.client-id=${NO_SUCH_VARIABLE}"))
                .isEqualTo("evertoken.clients.google.client-id is a placeholder.");
    }

    @Test
    void missingScopesAreNamed() {
        assertThat(description(application(), "evertoken.clients.google.scopes="))
                .isEqualTo("evertoken.clients.google.scopes is not set, and the provider's consent page requires at"
                        + " least one scope.");
    }

    @Test
    void aDescriptionThatCannotBeReadIsNamed() throws IOException {
        Path broken = Files.writeString(folder.resolve("acme.json"), "{\"id\":");

        assertThat(description(application(), "evertoken.clients.acme.description=classpath:no-such.json"))
                .isEqualTo(
                        "evertoken.clients.acme.description names \"classpath:no-such.json\", which cannot be read.");
        assertThat(description(application(), "evertoken.clients.acme.description=" + broken))
                .startsWith("evertoken.clients.acme.description is not a description of a provider: ");
    }

    @Test
    void noClientAtAllIsNamed() {
        assertThat(description(empty, "evertoken.namespace=crm", "evertoken.store.type=memory"))
                .startsWith("evertoken.clients has no client: ");
    }

    @Test
    void twoBeansThatCouldBeTheStoreAreNamed() {
        assertThat(description(
                        empty.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
                                .withBean("redis", FakeRedisOpener.class, FakeRedisOpener::new),
                        "spring.datasource.url=jdbc:h2:mem:both",
                        "evertoken.namespace=crm"))
                .isEqualTo(
                        "Two stores are possible: there are the DataSource bean (jdbc) and the client bean (redis).");
    }

    @ParameterizedTest
    @CsvSource({
        "evertoken.naemspace, evertoken.namespace",
        "evertoken.store.file.paht, evertoken.store.file.path",
        "evertoken.clients.google.clientt-id, evertoken.clients.google.client-id",
        "evertoken.clients.google.secret, evertoken.clients.google.client-secret",
        "evertoken.background.enable, evertoken.background.enabled",
        "evertoken.key-fil, evertoken.key-file"
    })
    void aMisspelledPropertyIsNamedWithTheNearestOne(String misspelled, String meant) {
        assertThat(description(application(), misspelled + "=x"))
                .startsWith("There is no property " + misspelled + " ")
                .endsWith("; did you mean " + meant + "?");
    }

    @Test
    void aPropertyThatResemblesNoneHasNoAdvice() {
        assertThat(description(application(), "evertoken.xyz=1"))
                .startsWith("There is no property evertoken.xyz ")
                .doesNotContain("did you mean");
    }

    @Test
    void noFailureStoresAnything() throws IOException {
        analysis(application(), "evertoken.clients.google.scopes=");
        analysis(application(), "evertoken.keys=k1");
        analysis(
                application(),
                "evertoken.clients.calendar.provider=googel",
                "evertoken.clients.calendar.client-id=7f3a");

        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)
                            .filter(file -> file.toString().endsWith(".json")))
                    .isEmpty();
        }
    }

    private static String description(ApplicationContextRunner application, String... properties) {
        return analysis(application, properties).getDescription();
    }

    private static FailureAnalysis analysis(ApplicationContextRunner application, String... properties) {
        FailureAnalysis[] found = new FailureAnalysis[1];
        application.withPropertyValues(properties).run(context -> {
            assertThat(context).hasFailed();
            found[0] = Analysis.of(context.getStartupFailure());
        });
        SoftAssertions.assertSoftly(softly -> {
            softly.assertThat(found[0].getDescription())
                    .doesNotContain("\n", SECRET)
                    .matches(".*[.?]");
            softly.assertThat(found[0].getAction()).matches("[A-Z].*\\.");
        });
        return found[0];
    }
}
