package dev.evertoken.testing.wiremock;

import com.github.tomakehurst.wiremock.core.Admin;
import com.github.tomakehurst.wiremock.http.Request;
import dev.evertoken.testing.HostedResponse;
import dev.evertoken.testing.MockHost;
import dev.evertoken.testing.RawRequest;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** Mounts providers into one WireMock server with one stub. Thread-safe. */
final class WireMockHost implements MockHost {

    private final Admin server;
    private final int port;
    private final ReentrantLock lock = new ReentrantLock();

    /** Empty before the providers are mounted and after they are unmounted. Guarded by the lock. */
    private Optional<ProviderStub> stub = Optional.empty();

    /** @param port where the server accepts HTTP */
    WireMockHost(Admin server, int port) {
        this.server = server;
        this.port = port;
    }

    @Override
    public void mount(Function<RawRequest, HostedResponse> providers) {
        lock.lock();
        try {
            stub = Optional.of(new ProviderStub(basePath(), providers, this::isJournaled));
        } finally {
            lock.unlock();
        }
        keepMounted();
    }

    @Override
    public String basePath() {
        return WireMockProviders.BASE_PATH;
    }

    @Override
    public URI address(String path) {
        return URI.create("http://localhost:" + port + path);
    }

    @Override
    public void keepMounted() {
        lock.lock();
        try {
            stub.filter(one -> !isThere(one)).ifPresent(server::addStubMapping);
        } finally {
            lock.unlock();
        }
    }

    /** A request that is being served has an id and is not in the journal yet. */
    private boolean isJournaled(Request request) {
        if (request.getId() == null) {
            return true;
        }
        return !server.getOptions().requestJournalDisabled()
                && server.getServedStub(request.getId()).isPresent();
    }

    private boolean isThere(ProviderStub one) {
        return server.getStubMapping(one.getId()).isPresent();
    }

    @Override
    public void unmount() {
        lock.lock();
        try {
            stub.filter(this::isThere).ifPresent(one -> server.removeStubMapping(one.getId()));
            stub = Optional.empty();
        } finally {
            lock.unlock();
        }
    }
}
