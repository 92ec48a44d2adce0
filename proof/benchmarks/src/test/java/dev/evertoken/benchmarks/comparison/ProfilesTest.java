package dev.evertoken.benchmarks.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProfilesTest {

    @Test
    void aClassBelongsToTheLibraryOfItsPackage() {
        assertThat(List.of(
                                "dev.evertoken.okhttp.TokenInterceptor",
                                "dev.evertoken.benchmarks.comparison.HttpLoop",
                                "okhttp3.Request",
                                "java.lang.String",
                                "jdk.internal.net.http.HttpClientImpl",
                                "redis.clients.Jedis")
                        .stream()
                        .map(TimeProfile::group))
                .containsExactly("Evertoken", "measurement", "OkHttp", "JDK", "JDK", "others");
    }

    @Test
    void aHistogramShowsTheBytesThatWereAdded() {
        HeapHistogram before = HeapHistogram.of(List.of("   1:   10   240  java.lang.String (java.base@17)"));
        HeapHistogram after = HeapHistogram.of(List.of(
                " num     #instances         #bytes  class name (module)",
                "   1:   30   720  java.lang.String (java.base@17)",
                "   2:   20   960  [B (java.base@17)",
                "Total            50          1680"));

        assertThat(after.since(before).largest(2))
                .containsExactly(Map.entry("[B", 960L), Map.entry("java.lang.String", 480L));
    }

    @Test
    void aHistogramOfThisJvmHasItsStrings() throws Exception {
        assertThat(HeapHistogram.now().bytes().get("java.lang.String")).isPositive();
    }
}
