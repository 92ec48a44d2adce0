package dev.evertoken;

import static dev.evertoken.ProvidersFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.testing.TestTokens;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Missing, unknown or contradictory settings: refused by name and with a remedy, before anything is opened. */
class BadSettingsTest {

    @TempDir
    private Path folder;

    private final ProvidersFixture providers = new ProvidersFixture();

    @AfterEach
    void close() {
        providers.close();
    }

    static Stream<Arguments> contradictions() {
        URI address = URI.create("https://auth.example.org/token");
        return Stream.of(
                row("namespace is not set: it separates applications that share a store", b -> b.namespace(" ")),
                row("environment is blank", b -> b.environment("")),
                row("cacheSize 0 is less than 1", b -> b.cacheSize(0)),
                row("refreshesPerClient 0 is less than 1", b -> b.refreshesPerClient(0)),
                row("callDeadline 0s must be positive", b -> b.callDeadline(Duration.ZERO)),
                row("maxWait -1s must be positive", b -> b.maxWait(Duration.ofSeconds(-1))),
                row("clockSkew -250ms is negative", b -> b.clockSkew(Duration.ofMillis(-250))),
                row(
                        "claimDuration 10s must be at least connecting 5s + callDeadline 20s + settleWindow 5s",
                        b -> b.claimDuration(Duration.ofSeconds(10))),
                row(
                        "claimDuration 30s must be at least connecting 5s + callDeadline 20s + settleWindow 6s",
                        b -> b.settleWindow(Duration.ofSeconds(6))),
                row(
                        "endpoints names [gogle], but the registered clients are [acme, google]",
                        b -> b.endpoints("gogle", Endpoints.token(address))),
                row(
                        "allowHosts names [strava], but the registered clients are [acme, google]",
                        b -> b.allowHosts("strava", "api.example.org")),
                noHost("https://api.example.org/v1", "; write \"api.example.org\""),
                noHost("api.example.org:443", "; write \"api.example.org\""),
                noHost("api.example.org/v1", "; write \"api.example.org\""),
                noHost("api.example.org.", "; write \"api.example.org\""),
                noHost("user@api.example.org", "; write \"api.example.org\""),
                noHost(" api.example.org", "; write \"api.example.org\""),
                noHost("::1", "; write \"[::1]\""),
                noHost("*.example.org", "; there are no wildcards, so add each host"),
                noHost("my_api", " such as \"api.example.com\""),
                noHost("", " such as \"api.example.com\""),
                row("refreshEarly PT-1M is negative", b -> b.refreshEarly(Duration.ofMinutes(-1))));
    }

    private static Arguments noHost(String entry, String advice) {
        return row(
                "allowHosts of \"google\": no host can match \"" + entry + "\", because an entry is an exact host name"
                        + advice,
                b -> b.allowHosts("google", entry));
    }

    private static Arguments row(String message, UnaryOperator<TokensBuilder> setting) {
        return Arguments.of(message, setting);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("contradictions")
    void aMissingOrContradictorySettingIsNamedWithItsValue(String message, UnaryOperator<TokensBuilder> setting) {
        assertThatThrownBy(() ->
                        setting.apply(providers.builder().store("memory:")).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void anAllowedHostMayBeWrittenInUpperCaseOrAsAnAddressOfThisMachine() {
        Tokens tokens = providers.open(
                providers.builder().store("memory:").allowHosts("google", "API.Example.ORG", "127.0.0.1", "[::1]"));

        for (String address : List.of("https://api.example.org/v1", "http://127.0.0.1:8080/", "http://[::1]:8080/")) {
            assertThat(tokens.allows(ProvidersFixture.BEN, URI.create(address)))
                    .as(address)
                    .isTrue();
        }
    }

    @Test
    void theHostOfAnApiEndpointIsAllowedForItsRegistrationOnly() {
        Tokens tokens = providers.open(providers
                .builder()
                .store("memory:")
                .endpoints(
                        "google", Endpoints.none().with(EndpointKind.API, URI.create("https://API.moved.example/v2"))));

        URI call = URI.create("https://api.moved.example/v2/me");
        assertThat(tokens.allows(ProvidersFixture.BEN, call)).isTrue();
        assertThat(tokens.allows(ProvidersFixture.ANNA, call)).isFalse();
    }

    @Test
    void aMissingClientOrStoreIsReportedWithAnExample() {
        assertThatThrownBy(
                        () -> Tokens.builder().namespace("crm").store("memory:").build())
                .hasMessage("no client is registered: client(\"google\", …) registers one");
        assertThatThrownBy(() -> providers.builder().build())
                .hasMessage("store is not set: use a location such as \"file:./tokens\" or an instance");
    }

    @Test
    void aClientOrProviderThatIsAddedTwiceIsRefused() {
        ClientRegistration google = providers.providers.google().registration();
        assertThatThrownBy(() -> providers.builder().client("google", google))
                .hasMessage("client \"google\" is already registered");
        assertThatThrownBy(() -> providers.builder().provider(providers.acme()))
                .hasMessage("provider \"acme\" was already added");
    }

    @Test
    void anUnknownProviderIsReportedWithTheAvailableOnes() {
        ClientRegistration client = providers.providers.google().registration();
        assertThatThrownBy(() -> providers
                        .builder()
                        .client("myspace", client)
                        .store("memory:")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no provider \"myspace\" on the class path; found [facebook, google, instagram,"
                        + " linkedin, strava, x, x-oauth1, youtube]; for any other server, describe it with"
                        + " OAuth2Provider.builder(\"myspace\") and pass it to provider(…)");
    }

    @Test
    void aMisspelledProviderIsReportedWithTheSimilarOne() {
        ClientRegistration client = providers.providers.google().registration();
        assertThatThrownBy(() -> providers
                        .builder()
                        .client("gogle", client)
                        .store("memory:")
                        .build())
                .hasMessageEndingWith("; did you mean \"google\"? For any other server, describe it with"
                        + " OAuth2Provider.builder(\"gogle\") and pass it to provider(…)");
        assertThatThrownBy(() -> providers
                        .builder()
                        .client("acne", client)
                        .store("memory:")
                        .build())
                .hasMessageContaining("; did you mean \"acme\"? ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "memory    | store \"memory\" does not begin with a scheme; write \"memory:\"",
                "./tokens  | store \"./tokens\" does not begin with a scheme; for a folder write \"file:./tokens\"",
                "C:\\tokens | store \"C:\\tokens\" does not begin with a scheme; for a folder write"
                        + " \"file:C:\\tokens\"",
                "file      | store \"file\" does not begin with a scheme; write \"file:\" and a folder, such as"
                        + " \"file:./tokens\"",
                "redis     | store \"redis\" does not begin with a scheme; write \"redis://…\"",
                "jdbc:h2:mem:a;PASSWORD=p | a store in a database is not opened by a location such as \"jdbc:…\" but"
                        + " from a DataSource: add the dependency dev.evertoken:token-store-jdbc and pass"
                        + " store(JdbcTokenStore.open(dataSource, \"bench\"))",
                "postgresql://u:p@db/x | a store in a database is not opened by a location such as \"postgresql:…\" but"
                        + " from a DataSource: add the dependency dev.evertoken:token-store-jdbc and pass"
                        + " store(JdbcTokenStore.open(dataSource, \"bench\"))",
            })
    void aLocationThatOpensNoStoreIsReportedWithTheFormToWrite(String location, String message) {
        assertThatThrownBy(() -> providers.builder().store(location).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void anUnknownStoreIsReportedWithTheAvailableOnes() {
        assertThatThrownBy(() -> providers.builder().store("floppy:a").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("there is no store \"floppy\" on the class path; found \\[file, .*memory.*\\]"
                        + "; add the dependency that contains it, or pass a store to the builder");
        assertThatThrownBy(() -> providers.builder().store("fille:./tokens").build())
                .hasMessageEndingWith("; did you mean \"file:\"?");
    }

    @Test
    @Fault("A15")
    void aClusterOverAStoreOfOneProcessIsRefusedForRotatingProviders() {
        assertThatThrownBy(
                        () -> providers.builder().store("memory:").clustered().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the store guarantees its writes for one process only, but several processes share it and"
                        + " [acme] rotate their refresh tokens: two processes could use the same one");
        providers.inMemory();
    }

    @Test
    @Fault("A15")
    void aClusterOverASharedStoreIsAccepted() {
        Tokens tokens = providers.open(
                providers.builder().store("file:" + folder.resolve("tokens")).clustered());
        assertThat(tokens.toString()).contains("FileTokenStore (SHARED)");
    }

    // ---- folders

    private TokenException refusedFolder(Path where) {
        return failure(() -> providers.builder().store("file:" + where).build());
    }

    @Test
    void aStoreFolderReadableByOtherUsersIsRefusedWithTheCommandThatFixesIt() throws IOException {
        Path open = Files.createDirectory(
                folder.resolve("open"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        TokenException refusal = refusedFolder(open);
        assertThat(refusal.problem()).isEqualTo(Problem.STORE_REFUSED);
        assertThat(refusal.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
        assertThat(refusal)
                .hasMessage("the token store cannot be opened: " + open.toRealPath()
                        + " is accessible to other users; run: chmod 700 " + open.toRealPath());
    }

    @Test
    void aStoreFolderThatCannotBeCreatedOrIsNoFolderIsRefusedByName() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");
        for (Path where : List.of(file, file.resolve("below"))) {
            TokenException refusal = refusedFolder(where);
            assertThat(refusal.problem()).isEqualTo(Problem.STORE_REFUSED);
            assertThat(refusal)
                    .hasMessageStartingWith("the token store cannot be opened: ")
                    .hasMessageContaining(file.toString());
        }
        assertThat(file).hasContent("not a folder");
    }

    @Test
    void aJournalFolderThatCannotBeCreatedIsRefusedAndTheStoreIsClosedAgain() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");
        TokenException refusal = failure(() -> providers
                .builder()
                .store("file:" + folder.resolve("tokens"))
                .journal(file.resolve("journal"))
                .build());
        assertThat(refusal.problem()).isEqualTo(Problem.JOURNAL_UNAVAILABLE);
        assertThat(refusal).hasMessageContaining(file.toString());
    }

    // ---- credentials

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "YOUR_CLIENT_SECRET", "changeme", "\"quoted-secret\"", "trailing-newline\n"})
    @Fault("I3")
    void aPlaceholderForAClientSecretIsRefusedByFieldAndNeverEchoed(String placeholder) {
        TokenException refusal =
                failure(() -> ClientRegistration.builder("client-1").clientSecret(placeholder));
        assertThat(refusal.problem()).isEqualTo(Problem.PLACEHOLDER_CREDENTIALS);
        assertThat(refusal).hasMessageStartingWith("client secret is ").hasMessageEndingWith("; set the real value");
        if (!placeholder.isBlank()) {
            assertThat(refusal.getMessage()).doesNotContain(placeholder);
        }
    }

    @Test
    @Fault("I3")
    void aPlaceholderForATokenIsRefusedAndNothingIsStored() {
        Tokens tokens = providers.inMemory();
        for (String placeholder : List.of("test_refresh_token", "<refresh token>", "two\nlines")) {
            TokenException refusal = failure(() -> tokens.connect(
                    ProvidersFixture.ANNA,
                    TokenSet.builder(TestTokens.access())
                            .refreshToken(placeholder)
                            .build()));
            assertThat(refusal.problem()).isEqualTo(Problem.PLACEHOLDER_CREDENTIALS);
            assertThat(refusal)
                    .hasMessageStartingWith("acme/anna: the refresh token is ")
                    .hasMessageEndingWith("; nothing was stored");
            assertThat(refusal.getMessage()).doesNotContain(placeholder);
        }
        assertThat(failure(() -> tokens.status(ProvidersFixture.ANNA)).problem())
                .isEqualTo(Problem.NOT_CONNECTED);
    }

    // ---- accounts

    @Test
    void anUnknownRegistrationIsReportedWithTheAvailableOnes() {
        Tokens tokens = providers.inMemory();
        TokenKey typo = TokenKey.of("gogle", "anna");
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> tokens.accessToken(typo),
                () -> tokens.source(typo),
                () -> tokens.provider(typo),
                () -> tokens.connect(typo, providers.providers.google().consent("anna")))) {
            TokenException refusal = failure(call);
            assertThat(refusal.problem()).isEqualTo(Problem.UNKNOWN_REGISTRATION);
            assertThat(refusal.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
            assertThat(refusal)
                    .hasMessage("gogle/anna: no client is registered as \"gogle\"; there are [acme, google]");
        }
    }

    @Test
    void anAccountWithoutTokensIsReportedAsNotConnectedWithoutARequest() {
        Tokens tokens = providers.open(providers
                .builder()
                .store("memory:")
                .reconnectUrl(key -> URI.create("https://app.example/reconnect/" + key.account())));
        TokenException refusal = failure(() -> tokens.accessToken(ProvidersFixture.ANNA));
        assertThat(refusal).isInstanceOf(NotConnectedException.class);
        assertThat(refusal.remedy()).isEqualTo(Remedy.RECONNECT);
        assertThat(refusal.reconnectUrl()).contains(URI.create("https://app.example/reconnect/anna"));
        assertThat(refusal)
                .hasMessage("acme/anna: no tokens are stored for this account; ask its user for consent with"
                        + " authorize(key, redirectUri), or import tokens with connect(key, tokens)");
        assertThat(providers.providers.connections()).isZero();
    }
}
