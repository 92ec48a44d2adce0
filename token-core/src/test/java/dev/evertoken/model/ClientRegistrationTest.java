package dev.evertoken.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.faults.Fault;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientRegistrationTest {

    @Test
    void aConfidentialClientHasASecretAndAPublicOneHasNone() {
        assertThat(ClientRegistration.of("id-1", "s3cr3t").clientSecret()).contains(Secret.of("s3cr3t"));
        assertThat(ClientRegistration.ofPublic("id-1").clientSecret()).isEmpty();
    }

    static Stream<Arguments> invalidCredentials() {
        return Stream.of(
                Arguments.of("", "blank"),
                Arguments.of("   ", "blank"),
                Arguments.of("YOUR_CLIENT_ID", "a placeholder"),
                Arguments.of("your-client-id", "a placeholder"),
                Arguments.of("YourClientId", "a placeholder"),
                Arguments.of("test_client", "a placeholder"),
                Arguments.of("test_client_id", "a placeholder"),
                Arguments.of("changeme", "a placeholder"),
                Arguments.of("ChangeMe", "a placeholder"),
                Arguments.of("<client id>", "a placeholder"),
                Arguments.of("${CLIENT_ID}", "a placeholder"),
                Arguments.of("{{client}}", "a placeholder"),
                Arguments.of("TODO: ask ops", "a placeholder"),
                Arguments.of("xxx", "a placeholder"),
                Arguments.of("null", "a placeholder"),
                Arguments.of("\"12345.apps\"", "wrapped in quotes"),
                Arguments.of("'12345.apps'", "wrapped in quotes"),
                Arguments.of(" 12345.apps", "surrounded by whitespace"),
                Arguments.of("12345.apps ", "surrounded by whitespace"),
                Arguments.of("12345.apps\n", "surrounded by whitespace"),
                Arguments.of("12345\n.apps", "invalid because of a control character"),
                Arguments.of("12345\u0000.apps", "invalid because of a control character"));
    }

    @ParameterizedTest
    @Fault("I3")
    @MethodSource("invalidCredentials")
    void anInvalidCredentialIsRejectedByNameAndNotEchoed(String value, String why) {
        assertRejected(() -> ClientRegistration.ofPublic(value), "client id is " + why + "; set the real value");
        assertRejected(() -> ClientRegistration.of("id-1", value), "client secret is " + why + "; set the real value");
        assertRejected(
                () -> ClientRegistration.builder("id-1").previousSecret(value),
                "previous client secret is " + why + "; set the real value");
    }

    @Test
    @Fault("N6")
    void aTextWithSeveralScopesIsSeveralScopesWhereverScopesAreSet() {
        assertThat(ClientRegistration.builder("id-1")
                        .scopes("openid email", "profile, address")
                        .build()
                        .scopes())
                .containsExactly("openid", "email", "profile", "address");
        assertThat(AuthorizationOptions.defaults().moreScopes("a b").moreScopes())
                .containsExactly("a", "b");
        assertThat(TokenSet.builder("access").scopes(" a  b,c ").build().scopes())
                .containsExactly("a", "b", "c");
    }

    @Test
    void anInvalidScopeIsRejected() {
        assertThatThrownBy(() -> ClientRegistration.builder("id-1").scopes("read\"all"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a scope is printable ASCII");
    }

    @Test
    void theConstructorRejectsTheSameCredentialsAsTheBuilder() {
        assertRejected(
                () -> new ClientRegistration(
                        "id-1", Optional.of(Secret.of("changeme")), Optional.empty(), Map.of(), Set.of()),
                "client secret is a placeholder; set the real value");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"12345-abc.apps.googleusercontent.com", "your", "example.com-client", "nonesuch", "'", "42"})
    void aPlausibleCredentialIsAccepted(String value) {
        assertThat(ClientRegistration.of(value, value).clientId()).isEqualTo(value);
    }

    @Test
    @Fault("I3")
    void allMissingPropertiesAreNamedAtOnce() {
        Properties none = new Properties();
        assertRejected(
                () -> ClientRegistration.fromProperties(none, "crm.google"),
                "crm.google.client-id and crm.google.client-secret are not set");
        none.setProperty("crm.google.client-id", "id-1");
        assertRejected(
                () -> ClientRegistration.fromProperties(none, "crm.google"), "crm.google.client-secret is not set");
        none.setProperty("crm.google.client-secret", "YOUR_CLIENT_SECRET");
        assertRejected(
                () -> ClientRegistration.fromProperties(none, "crm.google"),
                "crm.google.client-secret is a placeholder; set the real value");
        none.setProperty("crm.google.client-secret", "s3cr3t");
        none.setProperty("crm.google.client-secret-previous", "\"0ld\"");
        assertRejected(
                () -> ClientRegistration.fromProperties(none, "crm.google"),
                "crm.google.client-secret-previous is wrapped in quotes; set the real value");
    }

    @Test
    void aRegistrationIsReadFromProperties() {
        Properties all = new Properties();
        all.setProperty("crm.google.client-id", "id-1");
        all.setProperty("crm.google.client-secret", "s3cr3t");
        all.setProperty("crm.google.client-secret-previous", "0ld");
        all.setProperty("crm.google.scopes", " calendar, mail  profile ");

        ClientRegistration read = ClientRegistration.fromProperties(all, "crm.google");

        assertThat(read.clientId()).isEqualTo("id-1");
        assertThat(read.clientSecret()).contains(Secret.of("s3cr3t"));
        assertThat(read.previousSecret()).contains(Secret.of("0ld"));
        assertThat(read.scopes()).containsExactly("calendar", "mail", "profile");
    }

    @Test
    void missingEnvironmentVariablesAreNamed() {
        assertRejected(
                () -> ClientRegistration.fromEnvironment("EVERTOKEN_TEST_NOWHERE"),
                "EVERTOKEN_TEST_NOWHERE_CLIENT_ID and EVERTOKEN_TEST_NOWHERE_CLIENT_SECRET are not set");
    }

    @Test
    void scopesKeepTheirOrderAndARegistrationIsImmutable() {
        Set<String> scopes = new LinkedHashSet<>(List.of("z", "a", "m"));
        Map<EndpointKind, ClientAuthentication> methods = new HashMap<>();
        methods.put(EndpointKind.REFRESH, ClientAuthentication.CLIENT_SECRET_POST);
        ClientRegistration registration =
                new ClientRegistration("id-1", Optional.empty(), Optional.empty(), methods, scopes);
        scopes.add("later");
        methods.clear();

        assertThat(registration.scopes()).containsExactly("z", "a", "m");
        assertThat(registration.authentication())
                .containsExactly(Map.entry(EndpointKind.REFRESH, ClientAuthentication.CLIENT_SECRET_POST));
        assertThatThrownBy(() -> registration.scopes().add("x")).isInstanceOf(UnsupportedOperationException.class);
    }

    private static void assertRejected(Runnable registering, String message) {
        TokenException failure = catchThrowableOfType(TokenException.class, registering::run);
        assertThat(failure).hasMessage(message);
        assertThat(failure.problem()).isEqualTo(Problem.PLACEHOLDER_CREDENTIALS);
        assertThat(failure.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
    }
}
