package dev.evertoken.spi.provider;

import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** RFC 6749 sections 5.1 and 6: values that a response leaves out stay unchanged. */
class TokenResponseTest {

    private static final Instant LATER = NOW.plusSeconds(3000);

    private final TokenSet base = TokenSet.builder("access-1")
            .refreshToken("refresh-1")
            .expiresAt(NOW.plusSeconds(3600))
            .refreshTokenExpiresAt(NOW.plusSeconds(99_999))
            .scopes(List.of("calendar", "mail"))
            .issuedAt(NOW)
            .attribute("id_token", Secret.of("id-1"))
            .build();

    @Test
    void aRotationReplacesBothTokens() {
        TokenSet next = response("access-2", "refresh-2", 3600L, null).applyTo(base);

        assertThat(next.accessToken().orElseThrow().reveal()).isEqualTo("access-2");
        assertThat(next.refreshToken()).contains(Secret.of("refresh-2"));
        assertThat(next.issuedAt()).isEqualTo(LATER);
        assertThat(next.expiresAt()).contains(LATER.plusSeconds(3600));
    }

    @Test
    void aResponseWithoutARefreshTokenKeepsTheOldOne() {
        TokenSet next = response("access-2", null, 3600L, null).applyTo(base);

        assertThat(next.refreshToken()).isEqualTo(base.refreshToken());
        assertThat(next.refreshTokenExpiresAt()).isEqualTo(base.refreshTokenExpiresAt());
    }

    @Test
    void theSameRefreshTokenKeepsItsExpiryAndANewOneDoesNotInheritIt() {
        assertThat(response("access-2", "refresh-1", 3600L, null).applyTo(base).refreshTokenExpiresAt())
                .isEqualTo(base.refreshTokenExpiresAt());
        assertThat(response("access-2", "refresh-2", 3600L, null).applyTo(base).refreshTokenExpiresAt())
                .isEmpty();
        assertThat(response("access-2", "refresh-1", 3600L, LATER).applyTo(base).refreshTokenExpiresAt())
                .contains(LATER);
    }

    @Test
    void aResponseWithoutAnAccessTokenKeepsTheOldOneAndItsTimes() {
        TokenSet next = response(null, "refresh-2", 3600L, null).applyTo(base);

        assertThat(next.accessToken()).isEqualTo(base.accessToken());
        assertThat(next.expiresAt()).isEqualTo(base.expiresAt());
        assertThat(next.issuedAt()).isEqualTo(base.issuedAt());
        assertThat(next.refreshToken()).contains(Secret.of("refresh-2"));
    }

    @Test
    void aNewAccessTokenDoesNotInheritTheExpiryOfTheOldOne() {
        assertThat(response("access-2", null, null, null).applyTo(base).expiresAt())
                .isEmpty();
    }

    @Test
    void scopesStayUnlessTheResponseListsThemAndMayShrinkToNone() {
        assertThat(response("access-2", null, null, null).applyTo(base).scopes())
                .containsExactly("calendar", "mail");
        assertThat(scoped(Optional.of(Set.of("mail"))).applyTo(base).scopes()).containsExactly("mail");
        assertThat(scoped(Optional.of(Set.of())).applyTo(base).scopes()).isEmpty();
    }

    @Test
    void furtherSecretsAreAddedAndReplaced() {
        TokenResponse response = TokenResponse.builder(LATER)
                .accessToken(Secret.of("access-2"))
                .attributes(Map.of("id_token", Secret.of("id-2"), "page", Secret.of("page-1")))
                .build();

        assertThat(response.applyTo(base).attributes())
                .containsOnly(Map.entry("id_token", Secret.of("id-2")), Map.entry("page", Secret.of("page-1")));
    }

    @Test
    void hostsStayUnlessTheResponseNamesOthersAndFieldsAreAttributes() {
        TokenResponse first = TokenResponse.builder(LATER)
                .accessToken(Secret.of("access-2"))
                .attributes(Map.of("field.team", Secret.of("T1")))
                .hosts(Set.of("a.example"))
                .others(Map.of("user", response("access-9", null, null, null)))
                .build();
        TokenSet tokens = first.toTokenSet().orElseThrow();

        assertThat(tokens.hosts()).containsExactly("a.example");
        assertThat(tokens.fields()).containsOnly(Map.entry("team", "T1"));
        assertThat(response("access-3", null, null, null).applyTo(tokens).hosts())
                .containsExactly("a.example");
        assertThat(first.toBuilder().build()).isEqualTo(first).hasSameHashCodeAs(first);
        assertThat(first.toBuilder().others(Map.of()).build()).isNotEqualTo(first);
        assertThat(first.toBuilder()
                        .hosts(Set.of("b.example"))
                        .build()
                        .applyTo(tokens)
                        .hosts())
                .containsExactly("b.example");
    }

    private static TokenResponse scoped(Optional<Set<String>> scopes) {
        return TokenResponse.builder(LATER)
                .accessToken(Secret.of("access-2"))
                .scopes(scopes)
                .build();
    }

    private static TokenResponse response(String access, String refresh, Long expiresIn, Instant refreshExpiresAt) {
        return TokenResponse.builder(LATER)
                .accessToken(Optional.ofNullable(access).map(Secret::of))
                .refreshToken(Optional.ofNullable(refresh).map(Secret::of))
                .expiresAt(Optional.ofNullable(expiresIn).map(LATER::plusSeconds))
                .refreshTokenExpiresAt(Optional.ofNullable(refreshExpiresAt))
                .build();
    }
}
