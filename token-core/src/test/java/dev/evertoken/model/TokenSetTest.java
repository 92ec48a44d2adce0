package dev.evertoken.model;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenSetTest {

    private final TokenSet tokens = TokenSet.builder("access-1")
            .refreshToken("refresh-1")
            .expiresAt(NOW.plusSeconds(3600))
            .refreshTokenExpiresAt(NOW.plusSeconds(99_999))
            .scopes(List.of("z", "a"))
            .issuedAt(NOW)
            .attribute("id_token", Secret.of("id-1"))
            .build();

    @Test
    void unsetPartsAreAbsent() {
        TokenSet minimal = TokenSet.builder("access-1").build();

        assertThat(minimal.tokenType()).isEqualTo("Bearer");
        assertThat(minimal.refreshToken()).isEmpty();
        assertThat(minimal.expiresAt()).isEmpty();
        assertThat(minimal.scopes()).isEmpty();
        assertThat(minimal.attributes()).isEmpty();
    }

    @Test
    void aCopyIsEqualAndCanBeChanged() {
        assertThat(tokens.toBuilder().build()).isEqualTo(tokens);
        assertThat(tokens.toBuilder().accessToken(Secret.of("access-2")).build())
                .isNotEqualTo(tokens)
                .extracting(TokenSet::refreshToken)
                .isEqualTo(tokens.refreshToken());
    }

    @Test
    void scopesKeepTheProvidersOrderAndCannotBeChanged() {
        Set<String> scopes = new LinkedHashSet<>(List.of("z", "a"));
        TokenSet built = TokenSet.builder("access-1").scopes(scopes).build();
        scopes.add("later");

        assertThat(built.scopes()).containsExactly("z", "a");
        assertThatThrownBy(() -> built.scopes().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> tokens.attributes().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void emptyTokensAndInvalidTypesAreRejected() {
        assertThatThrownBy(() -> TokenSet.builder("")).hasMessage("a secret must not be empty");
        assertThatThrownBy(() -> TokenSet.builder("a").tokenType(" ").build()).hasMessage("token type is blank");
        assertThatThrownBy(() -> TokenSet.builder("a").tokenType("a\r\nX: y").build())
                .hasMessage("token type has a control character at index 1");
    }

    @Test
    void theHeaderSpellsBearerAsTheStandardDoes() {
        assertThat(access("bearer").header()).isEqualTo("Bearer access-1");
        assertThat(access("BEARER").header()).isEqualTo("Bearer access-1");
        assertThat(access("bearer").tokenType()).isEqualTo("bearer");
        assertThat(access("OAuth").header()).isEqualTo("OAuth access-1");
        assertThat(access("Bearer").tokenSecret()).isEmpty();
    }

    @Test
    void accessTokensAreEqualByGrantGenerationAndValue() {
        AccessToken one = access("Bearer");

        assertThat(one).isEqualTo(access("bearer")).hasSameHashCodeAs(access("bearer"));
        assertThat(one).isNotEqualTo(new AccessToken(one.value(), "Bearer", one.expiresAt(), "grant-1", 2));
        assertThat(one).isNotEqualTo(new AccessToken(one.value(), "Bearer", one.expiresAt(), "grant-2", 1));
        assertThat(one).isNotEqualTo(new AccessToken(Secret.of("x"), "Bearer", one.expiresAt(), "grant-1", 1));
    }

    @Test
    void anAccountStatusReportsItsMissingScopesAndItsRemedy() {
        AccountStatus status = AccountStatus.builder(ALICE, ConnectionState.NEEDS_REAUTH, NOW)
                .problem(Optional.of(Problem.GRANT_DEAD))
                .consentedAt(NOW)
                .generation(1)
                .requestedScopes(new LinkedHashSet<>(List.of("calendar", "mail", "profile")))
                .grantedScopes(Set.of("mail"))
                .build();

        assertThat(status.missingScopes()).containsExactly("calendar", "profile");
        assertThat(status.remedy()).contains(Remedy.RECONNECT);
    }

    private AccessToken access(String type) {
        return new AccessToken(tokens.accessToken().orElseThrow(), type, tokens.expiresAt(), "grant-1", 1);
    }
}
