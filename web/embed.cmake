# stagecast_embed(TARGET FILE...): makes FILEs (below the current folder) part of TARGET's library by the assembler's
# .incbin; web/embed.h finds them by name. A changed file is embedded anew.
function(stagecast_embed TARGET)
    set(FILES ${ARGN})
    list(SORT FILES COMPARE STRING)
    set(TABLE "#include \"web/embed_table.h\"\n\n")
    set(ROWS "")
    set(NUMBER 0)
    foreach(FILE ${FILES})
        file(RELATIVE_PATH NAME ${CMAKE_CURRENT_SOURCE_DIR} ${FILE})
        string(APPEND TABLE
            "asm(\".section .rodata\\n.balign 16\\nembedded_${NUMBER}:\\n.incbin \\\"${FILE}\\\"\\n\"\n"
            "    \"embedded_${NUMBER}_end:\\n.byte 0\\n.text\\n\");\n"
            "extern const char embedded_${NUMBER}[] asm(\"embedded_${NUMBER}\");\n"
            "extern const char embedded_${NUMBER}_end[] asm(\"embedded_${NUMBER}_end\");\n")
        string(APPEND ROWS "    {\"${NAME}\", embedded_${NUMBER}, embedded_${NUMBER}_end},\n")
        math(EXPR NUMBER "${NUMBER} + 1")
    endforeach()
    string(APPEND TABLE "\nnamespace stagecast::web {\n\n"
        "std::span<const EmbeddedFile> embed_table() {\n"
        "    static const EmbeddedFile kTable[] = {\n${ROWS}    };\n    return kTable;\n}\n\n"
        "}  // namespace stagecast::web\n")
    set(SOURCE ${CMAKE_CURRENT_BINARY_DIR}/embed_table.cc)
    file(CONFIGURE OUTPUT ${SOURCE} CONTENT "${TABLE}" @ONLY)
    set_source_files_properties(${SOURCE} PROPERTIES OBJECT_DEPENDS "${FILES}")
    target_sources(${TARGET} PRIVATE ${SOURCE})
endfunction()
