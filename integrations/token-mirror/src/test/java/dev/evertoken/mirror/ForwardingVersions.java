package dev.evertoken.mirror;

import dev.evertoken.mirror.receiver.ReceivedVersion;
import dev.evertoken.mirror.receiver.ReceivedVersions;
import dev.evertoken.model.TokenKey;
import java.util.List;
import java.util.Optional;

/** Passes every call on; a test overrides one. Thread-safe if the other versions are. */
class ForwardingVersions implements ReceivedVersions {

    private final ReceivedVersions to;

    ForwardingVersions(ReceivedVersions to) {
        this.to = to;
    }

    @Override
    public Optional<ReceivedVersion> last(TokenKey account) {
        return to.last(account);
    }

    @Override
    public void save(ReceivedVersion version) {
        to.save(version);
    }

    @Override
    public List<ReceivedVersion> page(String afterUserId, int limit) {
        return to.page(afterUserId, limit);
    }

    @Override
    public void close() {
        to.close();
    }
}
