"""Printed pieces: embedded fonts, tagged pages written as they come, a small report builder.

Not one word of the domain here. What is drawn is drawn with ReportLab; what ReportLab lacks (structure tree, object
streams, pages that leave the memory once drawn) is added by `canvas`, `structure` and `writer`.
"""
