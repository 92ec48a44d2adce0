package dev.evertoken.examples;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;

/** Compiles the whole programs of the documents, exactly as they are printed. */
final class DocumentedProgram {

    private DocumentedProgram() {}

    /** Returns what the compiler reports, warnings included; empty if it accepts the program. */
    static String compile(DocumentedBlock block, Path classes) throws IOException {
        Path source = classes.resolve(block.className() + ".java");
        Files.writeString(source, block.text());
        StringWriter output = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            compiler.getTask(
                            output,
                            files,
                            null,
                            List.of("-proc:none", "-Xlint:unchecked,rawtypes,deprecation", "-d", classes.toString()),
                            null,
                            files.getJavaFileObjects(source))
                    .call();
        }
        return output.toString();
    }
}
