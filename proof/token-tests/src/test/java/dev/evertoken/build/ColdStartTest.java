package dev.evertoken.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.evertoken.Tokens;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.Endpoints;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The classes that a process loads until its first access token: a refresh of an account in a file store. Loading
 * classes is most of the time of a start, and unlike that time it is the same on every machine.
 */
class ColdStartTest {

    private static final String RESPONSE =
            "{\"access_token\":\"fresh-access-token\",\"expires_in\":3600,\"token_type\":\"Bearer\"}";
    private static final TokenKey KEY = TokenKey.of("google", "alice");

    @TempDir
    static Path folder;

    private static List<String> loaded;

    /** The id of the thread that loaded a class, by its name. */
    private static final Map<String, String> LOADERS = new HashMap<>();

    /** The program of the measured process. */
    static final class FirstToken {
        public static void main(String[] args) {
            try (Tokens tokens = tokens(URI.create(args[0]), args[1])) {
                System.out.println(tokens.accessToken(KEY).value().reveal());
            }
        }
    }

    private static Tokens tokens(URI endpoint, String store) {
        return Tokens.builder()
                .namespace("cold-start")
                .store(store)
                .client(
                        "google",
                        ClientRegistration.builder("client")
                                .clientSecret("none-of-note")
                                .build())
                .endpoints("google", Endpoints.token(endpoint))
                .build();
    }

    @BeforeAll
    static void start() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/token", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] body = RESPONSE.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/token");
            String store = "file:" + folder.resolve("store");
            try (Tokens tokens = tokens(endpoint, store)) {
                tokens.connect(KEY, expired());
            }
            loaded = classesLoadedBy(endpoint, store);
        } finally {
            server.stop(0);
        }
    }

    private static TokenSet expired() {
        Instant issued = Instant.now().minusSeconds(7200);
        return TokenSet.builder("expired-access-token")
                .refreshToken("refresh-token")
                .issuedAt(issued)
                .expiresAt(issued.plusSeconds(3600))
                .build();
    }

    private static List<String> classesLoadedBy(URI endpoint, String store) throws IOException, InterruptedException {
        Path log = folder.resolve("classes.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:ActiveProcessorCount=2",
                        "-Xlog:class+load:file=" + log + ":tid",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FirstToken.class.getName(),
                        endpoint.toString(),
                        store)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String token = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(token.strip()).isEqualTo("fresh-access-token");
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(" source: "))
                    .map(ColdStartTest::className)
                    .toList();
        }
    }

    private static String className(String line) {
        int afterThread = line.indexOf("] ") + 2;
        String name = line.substring(afterThread, line.indexOf(' ', afterThread));
        LOADERS.put(name, line.substring(0, afterThread));
        return name;
    }

    @Test
    void theHttpClientIsLoadedWhileTheEngineIsAssembledAndTheAccountIsRead() {
        assertThat(LOADERS.get("okhttp3.OkHttpClient"))
                .isNotNull()
                .isNotEqualTo(LOADERS.get("dev.evertoken.internal.refresh.RefreshParts"))
                .isNotEqualTo(LOADERS.get("dev.evertoken.internal.refresh.RefreshAttempt"));
    }

    @Test
    void noPartOfAnotherProviderIsLoadedThanOfTheOneThatIsUsed() {
        assertThat(loaded)
                .filteredOn(name -> name.startsWith("dev.evertoken.providers.internal."))
                .filteredOn(name -> !name.startsWith("dev.evertoken.providers.internal.google.")
                        && !name.startsWith("dev.evertoken.providers.internal.oauth2."))
                .as("the fields of providers that the service loader creates")
                .isSubsetOf(
                        "dev.evertoken.providers.internal.meta.GraphSettings",
                        "dev.evertoken.providers.internal.oauth1.SignatureMethod");
        assertThat(loaded).contains("dev.evertoken.providers.internal.google.GoogleServer");
    }

    @Test
    void theTablesOfRefusalsAreNotBuiltForARefreshThatSucceeds() {
        assertThat(loaded)
                .filteredOn(name -> name.startsWith("dev.evertoken.providers."))
                .noneMatch(name -> name.endsWith("Dialect") && !name.endsWith(".RuleTokenDialect"))
                .noneMatch(name -> name.endsWith("Rule") || name.endsWith("Rules") || name.endsWith("Flow"));
    }

    @Test
    void thePartsThatARefreshDoesNotNeedAreNotCreated() {
        assertThat(loaded)
                .contains("dev.evertoken.internal.refresh.RefreshParts")
                .noneMatch(name -> name.startsWith("dev.evertoken.internal.account.")
                        || name.startsWith("dev.evertoken.internal.authorization.")
                        || name.startsWith("dev.evertoken.internal.transfer."));
    }

    @Test
    void theClientOfTokenEndpointsDoesNotSortTheIssuersOfTheTrustStore() {
        assertThat(loaded)
                .contains("dev.evertoken.providers.internal.oauth2.WithoutIssuers")
                .as("the canonical names of issuers, which are normalized")
                .doesNotContain("jdk.internal.icu.impl.NormalizerImpl$ReorderingBuffer");
    }

    @Test
    void aStartNeedsFewClassesAndNoCacheLibrary() {
        List<String> own = new ArrayList<>(loaded);
        own.removeIf(name -> !name.startsWith("dev.evertoken."));
        assertThat(own).as("with their lambdas").hasSizeBetween(100, 485);
        assertThat(own).filteredOn(name -> name.contains("$$Lambda")).hasSizeLessThan(20);
        assertThat(loaded)
                .as("the reflection of Kotlin, which a tag of a request needs")
                .noneMatch(name -> name.startsWith("kotlin.reflect."));
        assertThat(loaded).noneMatch(name -> name.startsWith("com.github.benmanes."));
        assertThat(loaded)
                .as("records whose equals, hashCode or toString is used at every start write it out")
                .doesNotContain("java.lang.runtime.ObjectMethods");
    }
}
