package dev.evertoken.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.providers.internal.google.GoogleDialect;
import dev.evertoken.providers.internal.linkedin.LinkedInDialect;
import dev.evertoken.providers.internal.meta.MetaDialects;
import dev.evertoken.providers.internal.strava.StravaDialect;
import dev.evertoken.providers.internal.x.XDialect;
import dev.evertoken.providers.internal.x.XOAuth1Dialect;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spi.provider.TokenDialect;
import dev.evertoken.spi.provider.TokenVerdict;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Refusals that providers have sent, and that were once classified as something else. */
class RecordedRefusalsTest {

    private static final List<Provider> PROVIDERS = List.of(
            new Google(),
            new YouTube(),
            new Strava(),
            new Facebook(),
            new Instagram(),
            new LinkedIn(),
            new X(),
            new XOAuth1());

    private static final Map<String, TokenDialect> TOKEN_DIALECTS = Map.of(
            "google", GoogleDialect.DIALECT,
            "youtube", GoogleDialect.DIALECT,
            "strava", StravaDialect.DIALECT,
            "facebook", MetaDialects.FACEBOOK,
            "instagram", MetaDialects.INSTAGRAM,
            "linkedin", LinkedInDialect.DIALECT,
            "x", XDialect.DIALECT,
            "x-oauth1", XOAuth1Dialect.DIALECT);

    static Stream<RecordedRefusal> ofApis() {
        return RecordedRefusal.all().stream().filter(RecordedRefusal::isOfAnApi);
    }

    static Stream<RecordedRefusal> ofTokenEndpoints() {
        return RecordedRefusal.all().stream().filter(row -> !row.isOfAnApi());
    }

    @ParameterizedTest
    @MethodSource("ofApis")
    void everyRecordedRefusalOfAnApiHasItsVerdict(RecordedRefusal row) {
        ResourceVerdict verdict = provider(row.provider()).resourceDialect().judge(row.context(), row.response());

        assertThat(verdict.action()).as(row.why()).hasToString(row.reaction());
        if (row.problem().isEmpty()) {
            assertThat(verdict).as(row.why()).isEqualTo(ResourceVerdict.pass());
        } else {
            assertThat(verdict.problem()).as(row.why()).isPresent();
            row.check(verdict.problem().orElseThrow(), verdict.until(), verdict.detail());
        }
    }

    @ParameterizedTest
    @MethodSource("ofTokenEndpoints")
    void everyRecordedRefusalOfATokenEndpointHasItsVerdict(RecordedRefusal row) {
        TokenVerdict verdict = TOKEN_DIALECTS.get(row.provider()).judge(row.context(), row.response());

        assertThat(verdict.kind()).as("%s: %s", row.why(), verdict.detail()).hasToString(row.reaction());
        row.check(verdict.problem(), verdict.until(), verdict.detail());
    }

    @Test
    void everyRowHasItsOwnId() {
        Set<String> ids = new HashSet<>();
        assertThat(RecordedRefusal.all()).isNotEmpty().allMatch(row -> ids.add(row.id()));
    }

    private static Provider provider(String id) {
        return PROVIDERS.stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
    }
}
