package dev.evertoken.doctor;

import dev.evertoken.Tokens;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.TestProcessLink;
import java.io.Writer;
import java.util.concurrent.atomic.AtomicLong;

/** Examines a store with many accounts; the test limits the heap of this process. */
final class HugeStoreProgram {

    private HugeStoreProgram() {}

    public static void main(String[] arguments) {
        int accounts = Integer.parseInt(arguments[0]);
        TestProcessLink link = TestProcessLink.ofThisProcess();
        try (DoctorFixture fixture = new DoctorFixture()) {
            TokenStore store = fixture.memory();
            Tokens one = fixture.open(fixture.builder(store).encryption(KeyRing.none()));
            TokenKey template = fixture.connect(one, "google", "template");
            Tokens many = fixture.open(
                    fixture.builder(new ManyRecords(store, template, accounts)).encryption(KeyRing.none()));
            AtomicLong steps = new AtomicLong();
            AtomicLong characters = new AtomicLong();
            DoctorSummary summary = TokenDoctor.of(many)
                    .progress(progress -> steps.incrementAndGet())
                    .examine(DoctorOutput.json(counting(characters)));
            link.writeLine("examined " + summary.examined() + ", progress " + steps + ", written " + characters);
        }
    }

    private static Writer counting(AtomicLong characters) {
        return new Writer() {
            @Override
            public void write(char[] text, int from, int length) {
                characters.addAndGet(length);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
