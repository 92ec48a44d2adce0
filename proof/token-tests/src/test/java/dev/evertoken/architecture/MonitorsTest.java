package dev.evertoken.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** No code holds a monitor, so that a waiting virtual thread never pins its carrier. */
class MonitorsTest {
    @Test
    void mainCodeTakesNoMonitor() {
        List<Path> classFiles = MainCode.classFiles();

        assertThat(classFiles).hasSizeGreaterThan(30);
        assertThat(monitorsIn(classFiles)).isEmpty();
    }

    @Test
    void aSynchronizedMethodAndASynchronizedBlockAreReported() {
        List<Path> classFiles = MainCode.filesBelow(
                MainCode.thisModulesTestClasses().resolve("dev/evertoken/architecture/offenders"), ".class");

        assertThat(monitorsIn(classFiles))
                .containsExactlyInAnyOrder(
                        "dev.evertoken.architecture.offenders.TakesMonitors.method is synchronized",
                        "dev.evertoken.architecture.offenders.TakesMonitors.block enters a monitor");
    }

    private static List<String> monitorsIn(List<Path> classFiles) {
        List<String> found = new ArrayList<>();
        for (Path file : classFiles) {
            try {
                new ClassReader(Files.readAllBytes(file))
                        .accept(new MonitorFinder(found), ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return found;
    }

    private static final class MonitorFinder extends ClassVisitor {
        private final List<String> found;
        private String className = "";

        MonitorFinder(List<String> found) {
            super(Opcodes.ASM9);
            this.found = found;
        }

        @Override
        public void visit(
                int version, int access, String name, String signature, String superName, String[] interfaces) {
            className = name.replace('/', '.');
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            String method = className + "." + name;
            if ((access & Opcodes.ACC_SYNCHRONIZED) != 0) {
                found.add(method + " is synchronized");
            }
            return new MethodVisitor(Opcodes.ASM9) {
                @Override
                public void visitInsn(int opcode) {
                    if (opcode == Opcodes.MONITORENTER) {
                        found.add(method + " enters a monitor");
                    }
                }
            };
        }
    }
}
