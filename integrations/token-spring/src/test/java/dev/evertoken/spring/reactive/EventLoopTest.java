package dev.evertoken.spring.reactive;

import static dev.evertoken.spring.SpringFixture.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.spi.operations.EngineObserver;
import dev.evertoken.spi.operations.RefreshObservation;
import dev.evertoken.spi.operations.RefreshStart;
import dev.evertoken.spi.operations.StoreCall;
import dev.evertoken.spring.SpringFixture;
import dev.evertoken.spring.TokenAttributes;
import dev.evertoken.testing.Checkpoint;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/** A server of Reactor Netty that calls an API, with one event loop for all its requests and those to the API. */
class EventLoopTest {

    private final Set<String> engineThreads = ConcurrentHashMap.newKeySet();
    private final SpringFixture fixture = new SpringFixture(builder -> builder.observer(new ThreadNames()));
    private final LoopResources loop = LoopResources.create("the-loop", 1, 1, true);
    private final ReactorResourceFactory resources = new ReactorResourceFactory();
    private final WebClient web;
    private final DisposableServer server;
    private final HttpClient browser = HttpClient.newHttpClient();

    EventLoopTest() {
        resources.setUseGlobalResources(false);
        resources.setLoopResources(loop);
        resources.setShutdownQuietPeriod(Duration.ZERO);
        resources.afterPropertiesSet();
        web = WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(resources, client -> client))
                .filter(TokenExchangeFilter.of(fixture.tokens))
                .build();
        server = HttpServer.create()
                .runOn(loop)
                .host("127.0.0.1")
                .port(0)
                .handle(new ReactorHttpHandlerAdapter(RouterFunctions.toHttpHandler(RouterFunctions.route()
                        .GET("/ping", request -> ServerResponse.ok().bodyValue("pong"))
                        .GET(
                                "/anna",
                                request -> web.get()
                                        .uri(fixture.api())
                                        .attributes(TokenAttributes.account(ANNA))
                                        .retrieve()
                                        .bodyToMono(String.class)
                                        .flatMap(body -> ServerResponse.ok().bodyValue(body)))
                        .build())))
                .bindNow(Duration.ofSeconds(10));
        engineThreads.clear();
    }

    @AfterEach
    void close() {
        server.disposeNow();
        resources.destroy();
        loop.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block();
        fixture.close();
    }

    private final class ThreadNames implements EngineObserver {
        @Override
        public RefreshObservation refresh(RefreshStart start) {
            return new RefreshObservation() {
                @Override
                public Step stepStarts() {
                    engineThreads.add("refresh on " + Thread.currentThread().getName());
                    return Step.none();
                }
            };
        }

        @Override
        public void storeCalled(StoreCall call) {
            engineThreads.add("store on " + Thread.currentThread().getName());
        }
    }

    private CompletableFuture<String> get(String path) {
        URI address = URI.create("http://127.0.0.1:" + server.port() + path);
        return browser.sendAsync(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                .thenApply(HttpResponse::body);
    }

    @Test
    void requestsAreServedWhileATokenEndpointHangs() throws Exception {
        fixture.google.expire("anna");
        try (Checkpoint held = fixture.google.holdRequest()) {
            CompletableFuture<String> waiting = get("/anna");
            held.awaitArrived();

            for (int i = 0; i < 20; i++) {
                assertThat(get("/ping").get(10, TimeUnit.SECONDS)).isEqualTo("pong");
            }
            assertThat(waiting).isNotDone();
            held.release();

            assertThat(waiting.get(10, TimeUnit.SECONDS)).contains("anna");
        }
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void theEngineNeverCallsAStoreOrAProviderOnTheEventLoop() throws Exception {
        fixture.google.expire("anna");
        assertThat(get("/anna").get(10, TimeUnit.SECONDS)).contains("anna");
        fixture.clock.advance(Duration.ofHours(2));
        assertThat(get("/anna").get(10, TimeUnit.SECONDS)).contains("anna");

        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(2);
        assertThat(engineThreads)
                .anyMatch(name -> name.startsWith("refresh on "))
                .anyMatch(name -> name.startsWith("store on "))
                .noneMatch(name -> name.contains("the-loop"));
    }
}
